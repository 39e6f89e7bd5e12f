import { describe, expect, test } from 'vitest';
import {
  backoff,
  createCrowdWatch,
  createOwnTrouble,
  isOver,
  restOfWait,
  triedFor,
  unconfirmedWait,
} from '../../src/queue/retry-policy.ts';

test('waits double from one second to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map((n) => backoff(n, 0))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

test('chance shortens a wait by half at most', () => {
  expect(backoff(3, 0.999)).toBeGreaterThan(2000);
  expect(backoff(3, 0.5)).toBe(3000);
});

const HOUR = 3_600_000;
const at = (ms: number) => new Date(ms).toISOString();

test('a delivery is given up after a day of trying and an hour, not before', () => {
  expect(isOver(24 * HOUR)).toBe(false);
  expect(isOver(25 * HOUR)).toBe(true);
});

test('time between two attempts counts as trying, a weekend switched off or a clock that was set does not', () => {
  expect(triedFor(0, undefined, 5 * HOUR)).toBe(0);
  expect(triedFor(1000, at(60_000), 120_000)).toBe(61_000);
  expect(triedFor(1000, at(0), 60 * HOUR)).toBe(1000 + HOUR / 2);
  expect(triedFor(1000, at(60 * HOUR), 0)).toBe(1000);
});

test('a lane that is rate limited twice waits alone; two lanes within two seconds make all wait', () => {
  const crowded = createCrowdWatch();
  expect(crowded('a', 0)).toBe(false);
  expect(crowded('a', 500)).toBe(false);
  expect(crowded('b', 1000)).toBe(true);
  expect(crowded('c', 9000)).toBe(false);
});

describe('trouble of its own', () => {
  test('is proven by the fourth failure with others sent in between', () => {
    const trouble = createOwnTrouble();
    expect([1, 2, 3, 4, 5].map(() => trouble.failed('a'))).toEqual([false, false, false, false, false]);
    const withOthers = [1, 2, 3].map(() => {
      trouble.sent('b');
      return trouble.failed('a');
    });
    expect(withOthers).toEqual([false, false, true]);
    trouble.forget('a');
    expect(trouble.failed('a')).toBe(false);
  });
});

test('a part whose answer was lost is tried once for each wait', () => {
  expect([1, 2, 3].map((unconfirmed) => unconfirmedWait(unconfirmed, [120_000, 300_000]))).toEqual([
    120_000,
    300_000,
    undefined,
  ]);
  expect(unconfirmedWait(1, [])).toBeUndefined();
});

test('the wait of a part whose answer was lost goes on over a restart', () => {
  const triedAt = '2026-01-30T12:00:00Z';
  const at = (seconds: number) => Date.parse(triedAt) + seconds * 1000;
  const rest = (unconfirmed: number, seconds: number) =>
    restOfWait({ unconfirmed, triedAt }, [120_000, 300_000], at(seconds));
  expect([rest(1, 0), rest(1, 30), rest(1, 120), rest(2, 120), rest(0, 0)]).toEqual([120_000, 90_000, 0, 180_000, 0]);
  expect(rest(1, -3600)).toBe(0);
});
