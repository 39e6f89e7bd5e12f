import type { Delivery } from '../core/delivery/delivery.ts';
import { type Backoff, backoffAfter } from '../shared/process/retry.ts';

/**
 * How long a delivery is tried before it is given up, in milliseconds: the day that a channel may be out of reach, and
 * an hour, so that one that returns after exactly a day still finds every delivery.
 */
export const GIVE_UP_AFTER_MS = 25 * 3_600_000;
/** More than the longest wait and the longest upload together; a longer time was not spent trying. */
const LONGEST_TRY_MS = 30 * 60_000;

/** At most a minute between two tries, so that a channel that returns is noticed within one. */
const WAITS: Backoff = { firstMs: 1000, longestMs: 60_000 };

/**
 * The wait before the next try: 1, 2, 4, … 60 s, each shortened by up to half at random, so that many deliveries that
 * failed at once are not retried at once.
 *
 * @param attempts failed so far, at least 1
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function backoff(attempts: number, random: number): number {
  return backoffAfter(attempts, WAITS) * (1 - random / 2);
}

/**
 * How long a delivery has been tried, after a try that failed. Time in which the service was off, and jumps of the
 * clock, don't count.
 *
 * @param before the same after the try before, ms
 * @param lastAt when that try failed, ISO 8601, or nothing for the first
 * @param now ms since 1970
 */
export function triedFor(before: number, lastAt: string | undefined, now: number): number {
  if (lastAt === undefined) return before;
  const since = now - Date.parse(lastAt);
  return before + Math.min(LONGEST_TRY_MS, Math.max(0, since));
}

/** Whether a delivery that was tried this long (ms), and failed again, is given up. */
export function isOver(tried: number): boolean {
  return tried >= GIVE_UP_AFTER_MS;
}

/**
 * Whether a delivery with a bound on its tries is given up. Tries while the channel as a whole is out of reach fail for no
 * reason of the delivery's, so they end it neither.
 *
 * @param attempts failed so far
 * @param most the bound; 0 or nothing for none
 */
export const isTriedOut = (attempts: number, most: number | undefined, isAway: boolean): boolean =>
  most !== undefined && most > 0 && !isAway && attempts >= most;

/** Two lanes that are rate limited this close together, in milliseconds, mean that the bot as a whole is too fast. */
const TOGETHER_MS = 2000;

/** Detects from the lanes that were rate limited whether all lanes should wait. */
export function createCrowdWatch(): (lane: string, now: number) => boolean {
  let last: { lane: string; at: number } | undefined;
  return (lane, now) => {
    const crowded = last !== undefined && last.lane !== lane && now - last.at <= TOGETHER_MS;
    last = { lane, at: now };
    return crowded;
  };
}

/**
 * The wait before a part is sent again whose answer was lost, and which may have arrived.
 *
 * @param unconfirmed tries whose answer was lost, this one included
 * @param waits milliseconds, one for each further try that is made
 * @returns milliseconds; `undefined` when no further try is made
 */
export function unconfirmedWait(unconfirmed: number, waits: readonly number[]): number | undefined {
  return waits[unconfirmed - 1];
}

/**
 * How long a part whose answer was lost still has to wait, also after a restart.
 *
 * @param waits milliseconds, one for each further try
 * @param now ms since 1970
 * @returns milliseconds, 0 for a part that may be tried
 */
export function restOfWait(
  { unconfirmed = 0, triedAt }: Pick<Delivery<unknown>, 'unconfirmed' | 'triedAt'>,
  waits: readonly number[],
  now: number,
): number {
  if (unconfirmed === 0 || triedAt === undefined) return 0;
  const wait = unconfirmedWait(unconfirmed, waits) ?? 0;
  const passed = now - Date.parse(triedAt);
  // A time in the future was written before the clock was set back.
  return passed < 0 || passed >= wait ? 0 : wait - passed;
}

/** Failures in a row of one delivery, with deliveries to others sent in between, that prove them to be its own. */
const OWN_FAILURES = 4;

/** Detects deliveries that fail by themselves, while the channel takes others. */
export interface OwnTrouble {
  /** A delivery was sent. */
  sent(delivery: string): void;
  /** A try failed temporarily. @returns whether the failures are proven to be this delivery's own */
  failed(delivery: string): boolean;
  /** A delivery is settled. */
  forget(delivery: string): void;
}

/** Nothing has failed yet. */
export function createOwnTrouble(): OwnTrouble {
  const failures = new Map<string, { count: number; sentBefore: number }>();
  let sent = 0;
  return {
    sent(delivery) {
      sent += 1;
      failures.delete(delivery);
    },
    failed(delivery) {
      const known = failures.get(delivery) ?? { count: 0, sentBefore: -1 };
      const count = known.sentBefore === sent ? known.count : known.count + 1;
      failures.set(delivery, { count, sentBefore: sent });
      return count >= OWN_FAILURES;
    },
    forget: (delivery) => void failures.delete(delivery),
  };
}
