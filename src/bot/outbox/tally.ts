import { createDeliveryTimes, type DeliveryTimes } from './delivery-times.ts';
import type { HistoryRecord } from './history-record.ts';
import { type Account, isOf, type Whose } from './whose.ts';

/** What became of the messages of one source. */
export interface Sums {
  readonly source: string | null;
  sent: number;
  muted: number;
  failed: number;
  readonly times: DeliveryTimes;
}

/** A day's messages, counted by account and source. */
export interface Tally {
  add(record: HistoryRecord): void;
  /** By source. */
  sums(whose: Whose): readonly Sums[];
}

/** Sources of one account, or of one answer, that are counted apart on a day; a sender may name any number. */
const MOST_SOURCES = 50;
/** What all others are counted under. */
const OTHERS = '…';

/** The sums of a source, made when there is room for one more. */
function sumsOf(sums: Map<string | null, Sums>, source: string | null): Sums {
  const known = sums.get(source);
  if (known !== undefined) return known;
  if (source !== OTHERS && sums.size >= MOST_SOURCES) return sumsOf(sums, OTHERS);
  const made = { source, sent: 0, muted: 0, failed: 0, times: createDeliveryTimes() };
  sums.set(source, made);
  return made;
}

/** An empty one. */
export function createTally(): Tally {
  const accounts = new Map<string, { readonly account: Account; readonly sums: Map<string | null, Sums> }>();
  return {
    add({ user, uid, source, status, delivery_ms: took }) {
      const key = `${uid ?? ''} ${user}`;
      const own = accounts.get(key) ?? { account: { user, uid }, sums: new Map() };
      accounts.set(key, own);
      const sums = sumsOf(own.sums, source ?? null);
      sums[status] += 1;
      if (status === 'sent' && took !== undefined) sums.times.add(took);
    },
    sums(whose) {
      const together = new Map<string | null, Sums>();
      for (const { account, sums } of accounts.values()) {
        if (!isOf(whose, account)) continue;
        for (const one of sums.values()) {
          const all = sumsOf(together, one.source);
          all.sent += one.sent;
          all.muted += one.muted;
          all.failed += one.failed;
          all.times.addAll(one.times);
        }
      }
      return [...together.values()];
    },
  };
}
