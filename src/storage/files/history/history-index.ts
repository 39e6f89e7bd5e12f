/**
 * What the history holds, without reading all of it for each question: a note for every line, made as the files grow,
 * says which lines to read; sums by day are kept for as long as the files are.
 *
 * Promises: what was appended before a question is in its answer; memory is bounded, beyond which a day's file is looked
 * through instead; no step holds the process for longer than a chunk of a file takes.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type HistoryRecord, parseRecord } from '../../../core/history-record.ts';
import { inScope, type OwnerScope } from '../../../core/scope.ts';
import type { SourceTotals } from './daily-counters.ts';
import { type DayIndex, emptyDayIndex, type IndexEntry, readAppended } from './day-index.ts';
import { linesAt, linesBackwards } from './lines.ts';

/** The name of a day's file. */
export const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.jsonl$/;

/** Which lines are asked for. */
export interface HistoryFilter {
  readonly whose: OwnerScope;
  readonly status?: HistoryRecord['status'];
  /** `null` for those without one. */
  readonly source?: string | null;
  /** Only lines that hold this text. */
  readonly about?: string;
}

/** Where a line stands. */
export interface HistoryPosition {
  /** `2026-01-30` */
  readonly day: string;
  /** Bytes from the beginning of the day's file. */
  readonly at: number;
}

/** A line that was found. */
export interface HistoryMatch {
  readonly record: HistoryRecord;
  readonly place: HistoryPosition;
}

/** A day's sums by source. */
export interface DayCounts {
  readonly day: string;
  readonly sums: readonly SourceTotals[];
}

/** @see createHistoryIndex */
export interface HistoryIndex {
  /** Lines, newest first, back to a time (ms); a failed one that was sent again is left out. @param before goes on from there */
  find(wanted: HistoryFilter, since: number, before?: HistoryPosition): AsyncGenerator<HistoryMatch>;
  /** The sums of each day since a time (ms), oldest first. */
  counts(whose: OwnerScope, since: number): Promise<readonly DayCounts[]>;
  /** Forgets the days before a file that were removed. */
  forget(firstFile: string): void;
}

/** Notes that are kept, of a day and in all: some hundred bytes each. */
const MOST_OF_A_DAY = 50_000;
const MOST = 100_000;
const DAY_MS = 24 * 3_600_000;
/** For how long after its end a day may get another line, ms: far longer than any write takes. */
const LATE_MS = 3_600_000;

const fits = ({ whose, status, source }: HistoryFilter, line: IndexEntry | HistoryRecord): boolean =>
  inScope(whose, { user: line.user, uid: line.uid }) &&
  (status === undefined || line.status === status) &&
  (source === undefined || (line.source ?? null) === source);

/** The notes that fit, last one first. @param before only lines that begin before this byte */
function* fitting(
  notes: readonly IndexEntry[],
  wanted: HistoryFilter,
  before = Number.POSITIVE_INFINITY,
): Generator<IndexEntry> {
  for (let i = notes.length - 1; i >= 0; i -= 1) {
    const note = notes[i];
    if (note !== undefined && note.at < before && fits(wanted, note)) yield note;
  }
}

/** The catalogue of a folder of days. @param now milliseconds since the epoch @param most notes that are kept */
export function createHistoryIndex(
  dir: string,
  now: () => number,
  most = MOST,
  mostOfADay = MOST_OF_A_DAY,
): HistoryIndex {
  const days = new Map<string, DayIndex>();
  const reading = new Map<string, Promise<void>>();
  const nameOf = (time: number) => `${new Date(time).toISOString().slice(0, 10)}.jsonl`;

  /** The names of files since a time, newest first. */
  async function namesSince(since: number): Promise<string[]> {
    const names = await readdir(dir).catch(() => []);
    const first = nameOf(since);
    return names
      .filter((name) => DAY_FILE.test(name) && name >= first)
      .sort()
      .reverse();
  }

  /** Gives up the oldest days' notes when there are too many. */
  function makeRoom(): void {
    let kept = [...days.values()].reduce((sum, { notes }) => sum + (notes?.length ?? 0), 0);
    for (const name of [...days.keys()].sort()) {
      if (kept <= most) return;
      const day = days.get(name);
      kept -= day?.notes?.length ?? 0;
      if (day !== undefined) day.notes = undefined;
    }
  }

  async function readNow(name: string, day: DayIndex): Promise<void> {
    const at = now();
    await readAppended(join(dir, name), day, mostOfADay);
    day.readAt = at;
    makeRoom();
  }

  /** A day's notes with all that was appended until now. */
  async function ready(name: string): Promise<DayIndex> {
    const day = days.get(name) ?? emptyDayIndex();
    days.set(name, day);
    const over = Date.parse(name.slice(0, 10)) + DAY_MS + LATE_MS;
    if (day.readAt > over) return day;
    // One at a time; whoever comes while one reads can't know whether that saw the newest line.
    const turn = (reading.get(name) ?? Promise.resolve()).catch(() => {}).then(() => readNow(name, day));
    reading.set(name, turn);
    await turn.finally(() => {
      if (reading.get(name) === turn) reading.delete(name);
    });
    return day;
  }

  async function* linesOf(
    name: string,
    { notes }: DayIndex,
    wanted: HistoryFilter,
    before?: number,
  ): AsyncGenerator<{ readonly at: number; readonly bytes: Buffer }> {
    const path = join(dir, name);
    if (notes === undefined) {
      const about =
        wanted.about ?? (wanted.whose === 'all' ? undefined : `"user":${JSON.stringify(wanted.whose.user)}`);
      yield* linesBackwards(path, about, before);
    } else if (fitting(notes, wanted, before).next().done !== true) {
      for await (const { place, bytes } of linesAt(path, fitting(notes, wanted, before))) {
        if (wanted.about === undefined || bytes.includes(wanted.about)) yield { at: place.at, bytes };
      }
    }
  }

  const wasRepeated = ({ status, delivery }: HistoryRecord): boolean =>
    status === 'failed' && [...days.values()].some(({ repeats }) => repeats.has(delivery));

  return {
    async *find(wanted, since, before) {
      for (const name of await namesSince(since)) {
        // Also of days that are passed over: they tell what was sent again.
        const notes = await ready(name);
        const day = name.slice(0, 10);
        if (before !== undefined && day > before.day) continue;
        const limit = day === before?.day ? before.at : undefined;
        for await (const { at, bytes } of linesOf(name, notes, wanted, limit)) {
          const record = parseRecord(bytes);
          if (record === undefined || !fits(wanted, record) || Date.parse(record.finished_at) < since) continue;
          if (!wasRepeated(record)) yield { record, place: { day, at } };
        }
      }
    },
    async counts(whose, since) {
      const found: DayCounts[] = [];
      for (const name of (await namesSince(since)).reverse()) {
        found.push({ day: name.slice(0, 10), sums: (await ready(name)).tally.sums(whose) });
      }
      return found;
    },
    forget(firstFile) {
      for (const name of days.keys()) if (name < firstFile) days.delete(name);
    },
  };
}
