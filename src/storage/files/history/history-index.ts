/**
 * Finds and counts lines of the history without reading all of it for each question: an entry for every line, made as
 * the files grow, says which lines to read; counts by day are kept for as long as the files are.
 *
 * Promises: a question's answer holds what was appended before it; memory is bounded, beyond which a day's file is
 * searched instead; no step occupies the process for longer than a chunk of a file takes.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryRecord } from '../../../core/delivery/history-record.ts';
import { isGivenUp } from '../../../core/receipt.ts';
import { inScope } from '../../../core/scope.ts';
import type { DayCounts, History, HistoryFilter } from '../../ports.ts';
import { type DayIndex, emptyDayIndex, hashOf, type IndexEntry, readAppended } from './day-index.ts';
import { type Line, linesAt, linesBackwards } from './lines.ts';
import { parseRecord } from './record-line.ts';

/** The name of a day's file. */
export const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.jsonl$/;

/** The file of the day of a time. @param time ms since 1970 */
export const dayFileOf = (time: number): string => `${new Date(time).toISOString().slice(0, 10)}.jsonl`;

/** @see createHistoryIndex */
export interface HistoryIndex extends Pick<History, 'find' | 'counts'> {
  /** Forgets the days before a file, which were removed. */
  forget(firstFile: string): void;
}

/** Entries that are kept, of a day and in all: some hundred bytes each. */
const MOST_OF_A_DAY = 50_000;
const MOST = 100_000;
const DAY_MS = 24 * 3_600_000;
/** For how long after its end a day may get another line, ms: far longer than any write takes. */
const LATE_MS = 3_600_000;

const fits = ({ scope, status, source }: HistoryFilter, line: IndexEntry | HistoryRecord): boolean =>
  inScope(scope, line) &&
  (status === undefined || line.status === status) &&
  (source === undefined || (line.source ?? null) === source);

/** The entries that fit, last one first. @param before only lines that begin before this byte */
function* fitting(
  entries: readonly IndexEntry[],
  filter: HistoryFilter,
  before = Number.POSITIVE_INFINITY,
): Generator<IndexEntry> {
  const idHash = filter.id === undefined ? undefined : hashOf(filter.id);
  for (let i = entries.length - 1; i >= 0; i -= 1) {
    const entry = entries[i];
    if (entry === undefined || entry.at >= before || (idHash !== undefined && entry.idHash !== idHash)) continue;
    if (fits(filter, entry)) yield entry;
  }
}

const idText = ({ id }: HistoryFilter) => (id === undefined ? undefined : `"id":${JSON.stringify(id)}`);
const userText = ({ scope }: HistoryFilter) => (scope === 'all' ? undefined : `"user":${JSON.stringify(scope.user)}`);

/** The lines of a day's file that may fit, last one first. @param before only lines that begin before this byte */
async function* linesOf(
  path: string,
  { entries }: DayIndex,
  filter: HistoryFilter,
  before?: number,
): AsyncGenerator<Line> {
  const id = idText(filter);
  if (entries === undefined) {
    yield* linesBackwards(path, id ?? userText(filter), before);
  } else if (fitting(entries, filter, before).next().done !== true) {
    for await (const { place, bytes } of linesAt(path, fitting(entries, filter, before))) {
      if (id === undefined || bytes.includes(id)) yield { at: place.at, bytes };
    }
  }
}

/** The index of a folder of days. @param now ms since 1970 @param most entries that are kept */
export function createHistoryIndex(
  dir: string,
  now: () => number,
  most = MOST,
  mostOfADay = MOST_OF_A_DAY,
): HistoryIndex {
  const days = new Map<string, DayIndex>();
  const reading = new Map<string, Promise<void>>();

  /** The names of files since a time, newest first. */
  async function namesSince(since: number): Promise<string[]> {
    const names = await readdir(dir).catch(() => []);
    const first = dayFileOf(since);
    return names
      .filter((name) => DAY_FILE.test(name) && name >= first)
      .sort()
      .reverse();
  }

  /** Drops the oldest days' entries when there are too many. */
  function makeRoom(): void {
    let kept = [...days.values()].reduce((sum, { entries }) => sum + (entries?.length ?? 0), 0);
    for (const name of [...days.keys()].sort()) {
      if (kept <= most) return;
      const day = days.get(name);
      kept -= day?.entries?.length ?? 0;
      if (day !== undefined) day.entries = undefined;
    }
  }

  async function readNow(name: string, day: DayIndex): Promise<void> {
    const at = now();
    await readAppended(join(dir, name), day, mostOfADay);
    day.readAt = at;
    makeRoom();
  }

  /** A day's index with all that was appended until now. */
  async function ready(name: string): Promise<DayIndex> {
    const day = days.get(name) ?? emptyDayIndex();
    days.set(name, day);
    const over = Date.parse(name.slice(0, 10)) + DAY_MS + LATE_MS;
    if (day.readAt > over) return day;
    // One at a time, and once more for a question that arrives meanwhile: the running one may have missed the newest line.
    const turn = (reading.get(name) ?? Promise.resolve()).catch(() => {}).then(() => readNow(name, day));
    reading.set(name, turn);
    await turn.finally(() => {
      if (reading.get(name) === turn) reading.delete(name);
    });
    return day;
  }

  const wasRepeated = ({ status, delivery }: HistoryRecord): boolean =>
    isGivenUp(status) && [...days.values()].some(({ repeats }) => repeats.has(delivery));

  return {
    async *find(filter, since, before) {
      for (const name of await namesSince(since)) {
        // Also days after `before`: they know what was sent again.
        const index = await ready(name);
        const day = name.slice(0, 10);
        if (before !== undefined && day > before.day) continue;
        const limit = day === before?.day ? before.at : undefined;
        for await (const { at, bytes } of linesOf(join(dir, name), index, filter, limit)) {
          const record = parseRecord(bytes);
          if (record === undefined || !fits(filter, record) || Date.parse(record.finishedAt) < since) continue;
          if (filter.id !== undefined && record.id !== filter.id) continue;
          if (!wasRepeated(record)) yield { record, position: { day, at } };
        }
      }
    },
    async counts(scope, since) {
      const found: DayCounts[] = [];
      for (const name of (await namesSince(since)).reverse()) {
        found.push({ day: name.slice(0, 10), sums: (await ready(name)).counters.sums(scope) });
      }
      return found;
    },
    forget(firstFile) {
      for (const name of days.keys()) if (name < firstFile) days.delete(name);
    },
  };
}
