import { expect, test } from 'vitest';
import { backoff, createCrowdWatch, isOver } from '../../../src/bot/outbox/retry-policy.ts';

test('waits double from one second to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map((n) => backoff(n, 0))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

test('chance shortens a wait by half at most', () => {
  expect(backoff(3, 0.999)).toBeGreaterThan(2000);
  expect(backoff(3, 0.5)).toBe(3000);
});

test('an attempt is the last one once a whole day was tried, not before', () => {
  const day = 24 * 3_600_000;
  expect(isOver(0, day - 1)).toBe(false);
  expect(isOver(0, day)).toBe(true);
});

test('one chat told to wait twice is its own affair, two chats within two seconds are everybody’s', () => {
  const crowded = createCrowdWatch();
  expect(crowded(1, 0)).toBe(false);
  expect(crowded(1, 500)).toBe(false);
  expect(crowded(2, 1000)).toBe(true);
  expect(crowded(3, 9000)).toBe(false);
});
