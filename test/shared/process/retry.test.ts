import { describe, expect, test } from 'vitest';
import { type Attempt, attempts, backoffAfter, type RetryPolicy } from '../../../src/shared/process/retry.ts';

test('waits double from the first to the longest', () => {
  const waits = [1, 2, 3, 4, 5, 100, 10_000].map((failures) =>
    backoffAfter(failures, { firstMs: 1000, longestMs: 5000 }),
  );
  expect(waits).toEqual([1000, 2000, 4000, 5000, 5000, 5000, 5000]);
});

/** Tries until the policy ends. @returns the waits between them, in milliseconds, and which called itself the last */
async function waitsOf(policy: RetryPolicy, each: (attempt: Attempt) => void = () => {}) {
  const waits: number[] = [];
  const last: boolean[] = [];
  let before = performance.now();
  for await (const attempt of attempts(policy)) {
    if (attempt.number > 1) waits.push(performance.now() - before);
    each(attempt);
    last.push(attempt.isLast);
    before = performance.now();
  }
  return { waits, last };
}

/** A timer may fire a millisecond early. */
const EARLY_MS = 1;

describe('tries', () => {
  test('are as many as the policy allows, after growing waits, and the last one says so', async () => {
    const { waits, last } = await waitsOf({ firstMs: 10, longestMs: 30, tries: 4 });
    expect(last).toEqual([false, false, false, true]);
    for (const [i, wait] of [10, 20, 30].entries()) expect(waits[i]).toBeGreaterThanOrEqual(wait - EARLY_MS);
  });

  test('end with the time of the policy', async () => {
    const { waits, last } = await waitsOf({ firstMs: 50, longestMs: 50, withinMs: 149 });
    expect(waits.length).toBeLessThanOrEqual(2);
    expect(last.indexOf(true)).toBe(last.length - 1);
  });

  test('wait as long as the caller says', async () => {
    const { waits } = await waitsOf({ firstMs: 60_000, longestMs: 60_000, tries: 3 }, (attempt) => {
      attempt.wait(10);
      attempt.waitAtLeast(attempt.number * 20);
    });
    for (const [i, wait] of [20, 40].entries()) expect(waits[i]).toBeGreaterThanOrEqual(wait - EARLY_MS);
  });
});

test('a signal ends the wait and the tries', async () => {
  const stop = new AbortController();
  let count = 0;
  for await (const attempt of attempts({ firstMs: 60_000, longestMs: 60_000 }, stop.signal)) {
    count += 1;
    attempt.waitAtLeast(120_000);
    setTimeout(() => stop.abort(), 10);
  }
  expect(count).toBe(1);
  for await (const _ of attempts({ firstMs: 1, longestMs: 1 }, stop.signal)) count += 1;
  expect(count).toBe(1);
});
