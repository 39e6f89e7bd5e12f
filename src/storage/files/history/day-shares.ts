/**
 * What the lines of each account take of the present day's file. In memory; lines of before this start are counted in
 * the background.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, accountKey } from '../../../core/account.ts';
import { dayFileOf } from './history-index.ts';
import { linesForwards } from './lines.ts';
import { parseRecord } from './record-line.ts';

/** The lines of a day. */
export interface DayShare {
  /** Bytes of an account's. */
  of(account: Account): number;
  /** Counts another line. */
  add(account: Account, bytes: number): void;
}

/** @param now ms since 1970 @returns the shares of the present day */
export function createDayShares(dir: string, now: () => number): () => Promise<DayShare> {
  let file: string | undefined;
  let share: Promise<DayShare> | undefined;

  async function open(path: string): Promise<DayShare> {
    const bytes = new Map<string, number>();
    const add = (account: Account, more: number) => {
      const key = accountKey(account);
      bytes.set(key, (bytes.get(key) ?? 0) + more);
    };
    // What is appended from here on is counted when it is.
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    void countUpTo(path, size, add).catch(() => {});
    return { of: (account) => bytes.get(accountKey(account)) ?? 0, add };
  }

  return () => {
    const today = dayFileOf(now());
    if (share === undefined || file !== today) {
      file = today;
      share = open(join(dir, today));
    }
    return share;
  };
}

async function countUpTo(path: string, size: number, add: DayShare['add']): Promise<void> {
  if (size === 0) return;
  for await (const { lines, end } of linesForwards(path, 0)) {
    for (const { at, bytes } of lines) {
      const record = at < size ? parseRecord(bytes) : undefined;
      if (record !== undefined) add(record, bytes.length + 1);
    }
    if (end >= size) return;
  }
}
