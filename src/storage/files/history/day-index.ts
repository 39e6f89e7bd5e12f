import type { Account } from '../../../core/account.ts';
import type { HistoryRecord } from '../../../core/delivery/history-record.ts';
import { createDailyCounters, type DailyCounters } from './daily-counters.ts';
import { linesForwards, type Span } from './lines.ts';
import { parseRecord } from './record-line.ts';

/** What memory keeps of a line: enough to know whether to read it. */
export interface IndexEntry extends Span, Account {
  /** Of the notification's id: most lines of other ones need not be read. */
  readonly idHash: number;
  readonly status: HistoryRecord['status'];
  readonly source: string | undefined;
}

/** What memory keeps of a day's file, as far as it was read. */
export interface DayIndex {
  /** Bytes that were read. */
  end: number;
  /** When, ms since 1970. */
  readAt: number;
  /** An entry for each line in the file's order, or `undefined` where these would be too many to keep. */
  entries: IndexEntry[] | undefined;
  readonly counters: DailyCounters;
  /** The failed deliveries that lines of this day repeat. */
  readonly repeats: Set<string>;
}

/** A hash of 32 bits, FNV-1a. https://www.rfc-editor.org/rfc/rfc9923 */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** Nothing read yet. */
export const emptyDayIndex = (): DayIndex => ({
  end: 0,
  readAt: 0,
  entries: [],
  counters: createDailyCounters(),
  repeats: new Set(),
});

/** Gives equal strings back as one, so that memory holds each once. */
type Intern = <Word extends string | undefined>(word: Word) => Word;

function createIntern(): Intern {
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
 * @param most entries that are kept
 */
export async function readAppended(path: string, day: DayIndex, most: number): Promise<void> {
  const intern = createIntern();
  for await (const { lines, end } of linesForwards(path, day.end)) {
    for (const { at, bytes } of lines) {
      const record = parseRecord(bytes);
      if (record === undefined) continue;
      const { user, uid, status, source, retryOf, id } = record;
      day.counters.add(record);
      if (retryOf !== undefined) day.repeats.add(retryOf);
      const entry = {
        at,
        bytes: bytes.length,
        idHash: hashOf(id),
        user: intern(user),
        uid,
        status,
        source: intern(source),
      };
      day.entries?.push(entry);
    }
    if ((day.entries?.length ?? 0) > most) day.entries = undefined;
    day.end = end;
  }
}
