import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait between tries, in milliseconds: the first wait, doubled after each failure, up to the longest. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How often and for how long to try. */
export interface RetryPolicy extends Backoff {
  /** Tries at most. */
  readonly tries?: number;
  /** No try begins later than this after the first one, in milliseconds. */
  readonly withinMs?: number;
}

/** One try. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** Whether no other one may follow. */
  readonly isLast: boolean;
  /** Replaces the wait of the policy after this try. @param ms milliseconds */
  wait(ms: number): void;
  /** Makes the wait after this try at least so long. @param ms milliseconds */
  waitAtLeast(ms: number): void;
}

/** Doublings after which every wait is the longest one. */
const MOST_DOUBLINGS = 30;

/** The wait after so many failures in a row, at least 1. @returns milliseconds */
export function backoffAfter(failures: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, MOST_DOUBLINGS));
}

/**
 * Yields a try, waits, and yields the next one, until the caller leaves the loop, the policy ends, or the signal aborts.
 *
 * @example
 * for await (const attempt of attempts({ firstMs: 100, longestMs: 1000, tries: 5 }, stopping)) {
 *   try {
 *     return await ask();
 *   } catch (error) {
 *     if (attempt.isLast) throw error;
 *   }
 * }
 * throw new Error('The service stops.');
 */
export async function* attempts(policy: RetryPolicy, signal?: AbortSignal): AsyncGenerator<Attempt, void> {
  const { tries = Number.POSITIVE_INFINITY, withinMs = Number.POSITIVE_INFINITY } = policy;
  const began = performance.now();
  for (let number = 1; signal?.aborted !== true; number += 1) {
    let waitMs = backoffAfter(number, policy);
    const isOver = () => number >= tries || performance.now() - began + waitMs > withinMs;
    yield {
      number,
      get isLast() {
        return isOver();
      },
      wait(ms) {
        waitMs = ms;
      },
      waitAtLeast(ms) {
        waitMs = Math.max(waitMs, ms);
      },
    };
    if (isOver()) return;
    await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}
