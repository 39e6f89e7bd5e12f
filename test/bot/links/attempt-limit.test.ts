import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttemptLimit, createAttemptLimit } from '../../../src/bot/links/attempt-limit.ts';
import type { Clock } from '../../support/files/entries.ts';

const WINDOW = 60_000;

function setUp(overall = 60): { tries: AttemptLimit; clock: Clock } {
  const clock = { now: 1_000_000 };
  return { tries: createAttemptLimit({ perCaller: 5, overall, windowMs: WINDOW, now: () => clock.now }), clock };
}

const wrong = (tries: AttemptLimit, key: string) => tries.reserve(key) !== undefined;

describe('wrong tries', () => {
  test('five are allowed within the window, for each key on its own', () => {
    const { tries } = setUp();
    expect(Array.from({ length: 7 }, () => wrong(tries, 'a'))).toEqual([true, true, true, true, true, false, false]);
    expect(wrong(tries, 'b')).toBe(true);
    expect(wrong(tries, '__proto__')).toBe(true);
  });

  test('the window slides: each try counts for a minute, and a refused one not at all', () => {
    const { tries, clock } = setUp();
    for (let second = 0; second < 5; second += 1) {
      wrong(tries, 'a');
      clock.now += 1_000;
    }
    clock.now += WINDOW - 5_001;
    expect(wrong(tries, 'a')).toBe(false);
    clock.now += 1;
    expect(wrong(tries, 'a')).toBe(true);
    expect(wrong(tries, 'a')).toBe(false);
    clock.now += 1_000;
    expect(wrong(tries, 'a')).toBe(true);
  });

  test('a bound for all keys holds as well', () => {
    const { tries, clock } = setUp(12);
    const allowed = Array.from({ length: 20 }, (_, key) => wrong(tries, String(key)));
    expect(allowed.filter(Boolean)).toHaveLength(12);
    clock.now += WINDOW;
    expect(wrong(tries, 'late')).toBe(true);
  });

  test('a try taken back counts no more, also when it is taken back twice', () => {
    const { tries } = setUp();
    const right = tries.reserve('a');
    for (let time = 0; time < 4; time += 1) wrong(tries, 'a');
    expect(wrong(tries, 'a')).toBe(false);
    right?.();
    right?.();
    expect([wrong(tries, 'a'), wrong(tries, 'a')]).toEqual([true, false]);
  });

  test('a clock that is set back locks nobody out for longer than the window', () => {
    const { tries, clock } = setUp();
    for (let time = 0; time < 5; time += 1) wrong(tries, 'a');
    clock.now -= 900_000;
    expect(wrong(tries, 'a')).toBe(false);
    clock.now += WINDOW;
    expect(wrong(tries, 'a')).toBe(true);
  });

  test('never exceed the bounds in any window, whatever comes when', () => {
    const events = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), wait: fc.nat(30_000) }));
    fc.assert(
      fc.property(events, (list) => {
        const { tries, clock } = setUp(9);
        const counted: Array<{ key: string; at: number }> = [];
        for (const { key, wait } of list) {
          clock.now += wait;
          const recent = counted.filter(({ at }) => clock.now - at < WINDOW);
          const own = recent.filter((each) => each.key === key);
          const allowed = wrong(tries, key);
          expect(allowed).toBe(recent.length < 9 && own.length < 5);
          if (allowed) counted.push({ key, at: clock.now });
        }
      }),
    );
  });
});
