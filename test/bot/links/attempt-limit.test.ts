import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttemptLimit, createAttemptLimit } from '../../../src/bot/links/attempt-limit.ts';
import type { Clock } from '../../support/files/entries.ts';

const WINDOW = 60_000;

const BOUNDS = [
  { most: 5, windowMs: WINDOW },
  { most: 12, windowMs: 10 * WINDOW },
];

function setUp(mostCallers?: number): { tries: AttemptLimit; clock: Clock } {
  const clock = { now: 10_000_000 };
  const options = { bounds: BOUNDS, now: () => clock.now, ...(mostCallers === undefined ? {} : { mostCallers }) };
  return { tries: createAttemptLimit(options), clock };
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

  test('a longer window holds as well', () => {
    const { tries, clock } = setUp();
    let allowed = 0;
    for (let minute = 0; minute < 9; minute += 1) {
      for (let time = 0; time < 5; time += 1) if (wrong(tries, 'a')) allowed += 1;
      clock.now += WINDOW;
    }
    expect(allowed).toBe(12);
    clock.now += WINDOW;
    expect(wrong(tries, 'a')).toBe(true);
  });

  test('of any number of callers lock nobody else out', () => {
    const { tries } = setUp(100);
    const allowed = Array.from({ length: 2_000 }, (_, key) => wrong(tries, String(key % 500)));
    expect(allowed.slice(0, 500).every(Boolean)).toBe(true);
    expect(wrong(tries, 'another')).toBe(true);
    // Who tries again and again is not forgotten for others.
    for (let time = 0; time < 4; time += 1) wrong(tries, 'another');
    for (let key = 0; key < 99; key += 1) wrong(tries, `more ${key}`);
    expect(wrong(tries, 'another')).toBe(false);
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
    const events = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), wait: fc.nat(30_000) }), { maxLength: 60 });
    fc.assert(
      fc.property(events, (list) => {
        const { tries, clock } = setUp();
        const counted: Array<{ key: string; at: number }> = [];
        for (const { key, wait } of list) {
          clock.now += wait;
          const own = counted.filter((each) => each.key === key);
          const allowed = wrong(tries, key);
          const within = (windowMs: number) => own.filter(({ at }) => clock.now - at < windowMs).length;
          expect(allowed).toBe(BOUNDS.every(({ most, windowMs }) => within(windowMs) < most));
          if (allowed) counted.push({ key, at: clock.now });
        }
      }),
    );
  });
});
