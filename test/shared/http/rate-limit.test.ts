import { describe, expect, test } from 'vitest';
import { createRateLimit } from '../../../src/shared/http/rate-limit.ts';

describe('a rate limit of 60 a minute', () => {
  const limited = (maxCallers = 10_000) => {
    const clock = { time: 1_000 };
    return { clock, limit: createRateLimit({ perMinute: 60, now: () => clock.time, maxCallers }) };
  };
  const drain = (limit: ReturnType<typeof limited>['limit'], uid: number) =>
    Array.from({ length: 60 }, () => limit.take(uid));

  test('lets a burst of 60 through, then one a second', () => {
    const { clock, limit } = limited();
    expect(new Set(drain(limit, 1))).toEqual(new Set([0]));
    expect(limit.take(1)).toBe(1_000);
    clock.time += 400;
    expect(limit.take(1)).toBe(600);
    clock.time += 600;
    expect(limit.take(1)).toBe(0);
    expect(limit.take(1)).toBe(1_000);
  });

  test('is full again after a minute, and never fuller', () => {
    const { clock, limit } = limited();
    drain(limit, 1);
    clock.time += 600_000;
    expect(new Set(drain(limit, 1))).toEqual(new Set([0]));
    expect(limit.take(1)).toBeGreaterThan(0);
  });

  test("one caller's flood is not another's", () => {
    const { limit } = limited();
    drain(limit, 1);
    expect(limit.take(2)).toBe(0);
  });

  test('what is waited for suffices', () => {
    const { clock, limit } = limited();
    drain(limit, 1);
    clock.time += 0.3;
    clock.time += limit.take(1);
    expect(limit.take(1)).toBe(0);
  });

  test('remembers a bounded number of callers, and forgets the full ones first', () => {
    const { clock, limit } = limited(3);
    limit.take(1);
    limit.take(2);
    clock.time += 60_000;
    drain(limit, 3);
    limit.take(4);
    expect(limit.take(3)).toBeGreaterThan(0);
  });
});
