import type { Alert, Labels } from './alert.ts';

/** How many alerts may fire at once, in all: some 2 KB of memory each. */
export const MOST_ACTIVE = 100_000;
/** How many of them may be one account's that is not trusted. */
export const MOST_ACTIVE_OF_ONE = 20_000;
/**
 * Characters of their labels, annotations and comments: in all, and of one account that is not trusted. A character takes one
 * or two bytes of memory, and the unit's `MemoryMax` is 1 GiB.
 */
export const MOST_ACTIVE_TEXT = 128 * 1024 * 1024;
export const MOST_ACTIVE_TEXT_OF_ONE = 40 * 1024 * 1024;
/** How long a resolved alert is listed, ms. */
export const LISTED_AFTER_END_MS = 24 * 3_600_000;
/** How many resolved alerts are listed, in all; beyond that the oldest are removed. */
export const MOST_LISTED_AFTER_END = 50_000;
/** Those of one account. */
export const MOST_LISTED_OF_ONE = 20_000;
/** Characters of resolved alerts: in all, and of one account. */
export const MOST_LISTED_TEXT = 64 * 1024 * 1024;
export const MOST_LISTED_TEXT_OF_ONE = 16 * 1024 * 1024;
/** Comments of one alert; beyond that the oldest is removed. */
export const MOST_COMMENTS = 20;
/** The longest acknowledgement or silence, ms. */
export const LONGEST_HOLD_MS = 366 * 24 * 3_600_000;

const lengthOf = (labels: Labels) =>
  Object.entries(labels).reduce((sum, [name, value]) => sum + name.length + value.length, 0);

/** Characters of an alert that others chose. */
export const textOf = ({ labels, annotations, generatorUrl, comments }: Alert): number =>
  lengthOf(labels) +
  lengthOf(annotations) +
  (generatorUrl?.length ?? 0) +
  (comments ?? []).reduce((sum, { text }) => sum + text.length, 0);
