/** Readers of values: each returns what it read, or notes a mistake and returns `undefined`. */
import { Problem, sentenceOf } from '../../../core/problem.ts';
import { parseDuration } from '../../../shared/text/duration.ts';
import { foundIn, notAmong, type Reader, type Value } from './nodes.ts';

/** Reads a value. */
export type Read<T> = (value: Value, reader: Reader) => T | undefined;

/** Characters of a text that is no template. */
const LONGEST_TEXT = 2000;

/** Runs a function of the project's, and makes a mistake of its Problem. */
export function orRefuse<T>(value: Value, reader: Reader, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // Parsers put the name that they were given before their sentence; a mistake has it already.
    return reader.refuse(value, sentenceOf(error).replace(`${value.key}: `, ''));
  }
}

/** A text. @param longest characters */
export const text =
  (longest = LONGEST_TEXT): Read<string> =>
  (value, reader) => {
    const given = value.content.kind === 'scalar' ? value.content.value : undefined;
    if (typeof given !== 'string' || given.trim() === '') {
      return reader.refuse(value, `found ${foundIn(value)}; a text is needed.`);
    }
    return given.length <= longest ? given : reader.refuse(value, `it is longer than ${longest} characters.`);
  };

/** `true` or `false`. */
export const yesOrNo: Read<boolean> = (value, reader) => {
  const given = value.content.kind === 'scalar' ? value.content.value : undefined;
  return typeof given === 'boolean' ? given : reader.refuse(value, `found ${foundIn(value)}; allowed: true, false.`);
};

/** A whole number. */
export const whole =
  (least: number, most: number): Read<number> =>
  (value, reader) => {
    const given = value.content.kind === 'scalar' ? value.content.value : undefined;
    const isNumber = typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most;
    return isNumber
      ? given
      : reader.refuse(value, `found ${foundIn(value)}; allowed: a number from ${least} to ${most}.`);
  };

/** A duration, as milliseconds. @param most milliseconds, and how that is written */
export const duration =
  (most: number, shownMost: string): Read<number> =>
  (value, reader) => {
    const given = value.content.kind === 'scalar' ? value.content.value : undefined;
    if (given === 0) return 0;
    if (typeof given !== 'string') {
      return reader.refuse(value, `found ${foundIn(value)}; a duration such as 30s, 5m or 4h is needed.`);
    }
    const read = orRefuse(value, reader, () => parseDuration(given, value.key));
    if (read === undefined || read <= most) return read;
    return reader.refuse(value, `found ${foundIn(value)}; at most ${shownMost} is allowed.`);
  };

/** One of some words. */
export const oneOf =
  <T extends string>(allowed: readonly T[]): Read<T> =>
  (value, reader) => {
    const given = value.content.kind === 'scalar' ? value.content.value : undefined;
    const word = allowed.find((one) => one === given);
    return word ?? reader.refuse(value, `found ${foundIn(value)}; ${notAmong(String(given), allowed)}`);
  };

/** A list, or a single value for a list of one. @param most items */
export const listOf =
  <T>(item: Read<T>, most: number): Read<readonly T[]> =>
  (value, reader) => {
    const { content } = value;
    const items = content.kind === 'list' ? content.items : [value];
    if (items.length > most)
      return reader.refuse(value, `it has ${items.length} entries; at most ${most} are allowed.`);
    const read = items.map((one) => item(one, reader));
    return read.includes(undefined) ? undefined : read.flatMap((one) => one ?? []);
  };

type Shape = Readonly<Record<string, Read<unknown>>>;
/** What the readers of a shape read; keys that are missing or wrong are left out. */
export type Shaped<S extends Shape> = { readonly [K in keyof S]?: S[K] extends Read<infer T> ? T : never };

/** A map with known keys. */
export const mapOf =
  <S extends Shape>(shape: S): Read<Shaped<S>> =>
  (value, reader) => {
    const { content } = value;
    if (content.kind !== 'map') {
      return reader.refuse(value, `found ${foundIn(value)}; allowed: a map of ${Object.keys(shape).join(', ')}.`);
    }
    const read: Record<string, unknown> = {};
    for (const { name, line, value: one } of content.entries) {
      const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (known === undefined) {
        reader.refuse(
          { line, key: value.key },
          `there is no key ${JSON.stringify(name)}; ${notAmong(name, Object.keys(shape))}`,
        );
        continue;
      }
      const result = known(one, reader);
      if (result !== undefined) read[name] = result;
    }
    return read as Shaped<S>;
  };

/** A name as people write it in rules. */
const NAME = /^[A-Za-z0-9_][\w.-]{0,63}$/;

/** A map of names that people choose. @param most entries */
export const namedEntries =
  <T>(item: Read<T>, most: number): Read<ReadonlyMap<string, T>> =>
  (value, reader) => {
    const { content } = value;
    if (content.kind !== 'map') return reader.refuse(value, `found ${foundIn(value)}; allowed: a map of names.`);
    const read = new Map<string, T>();
    if (content.entries.length > most)
      return reader.refuse(value, `it has ${content.entries.length} entries; at most ${most} are allowed.`);
    for (const { name, line, value: one } of content.entries) {
      if (!NAME.test(name)) {
        reader.refuse(
          { line, key: value.key },
          `${JSON.stringify(name.slice(0, 70))} is no name: letters, digits, _ - and . are, up to 64.`,
        );
        continue;
      }
      const result = item(one, reader);
      if (result !== undefined) read.set(name, result);
    }
    return read;
  };
