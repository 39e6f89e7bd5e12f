import type { Account } from '../../../core/account.ts';
import { type HistoryRecord, parseRecord } from '../../../core/history-record.ts';
import { createDailyCounters, type DailyCounters } from './daily-counters.ts';
import { linesForwards, type Span } from './lines.ts';

/** What memory keeps of a line of the history: enough to know whether to read it. */
export interface IndexEntry extends Span, Account {
  readonly status: HistoryRecord['status'];
  readonly source: string | undefined;
}

/** What memory keeps of a day's file, as far as it was read. */
export interface DayIndex {
  /** Bytes that were read. */
  end: number;
  /** When, ms since 1970. */
  readAt: number;
  /** A note for each line in the file's order, or `undefined` where these would be too many to keep. */
  notes: IndexEntry[] | undefined;
  readonly tally: DailyCounters;
  /** The failed deliveries that lines of this day repeat. */
  readonly repeats: Set<string>;
}

/** Nothing read yet. */
export const emptyDayIndex = (): DayIndex => ({
  end: 0,
  readAt: 0,
  notes: [],
  tally: createDailyCounters(),
  repeats: new Set(),
});

/** Words that come again and again are kept once. */
type Shared = <Word extends string | undefined>(word: Word) => Word;

function createShared(): Shared {
  const words = new Map<string, string>();
  return (word) => {
    if (word === undefined) return word;
    const known = words.get(word);
    if (known !== undefined) return known as typeof word;
    words.set(word, word);
    return word;
  };
}

/**
 * Reads what was appended to a day's file since the last time.
 *
 * @param most notes that are kept
 */
export async function readAppended(path: string, day: DayIndex, most: number): Promise<void> {
  const shared = createShared();
  for await (const { lines, end } of linesForwards(path, day.end)) {
    for (const { at, bytes } of lines) {
      const record = parseRecord(bytes);
      if (record === undefined) continue;
      const { user, uid, status, source, retry_of: repeats } = record;
      day.tally.add(record);
      if (repeats !== undefined) day.repeats.add(repeats);
      const note = { at, bytes: bytes.length, user: shared(user), uid, status, source: shared(source) };
      if (day.notes !== undefined) day.notes.push(note);
    }
    if ((day.notes?.length ?? 0) > most) day.notes = undefined;
    day.end = end;
  }
}
