import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cooldownLeft, defaultCooldown } from '../../../src/runner/policy/cooldown.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 0, 30, 12);

describe('the rest of a cooldown', () => {
  test.each([
    ['nothing was sent yet', [], HOUR, 0],
    ['it was sent just now', [NOW], HOUR, HOUR],
    ['it was sent half an hour ago', [NOW - 30 * MINUTE], HOUR, 30 * MINUTE],
    ['it was sent exactly one cooldown ago', [NOW - HOUR], HOUR, 0],
    ['there is none', [NOW], 0, 0],
    ['a minute of an hour is left', [NOW - 59 * MINUTE], HOUR, 0],
    ['a little more than a minute of an hour is left', [NOW - 59 * MINUTE + 1], HOUR, MINUTE + 1],
    ['a minute of a day is left', [NOW - 24 * HOUR + MINUTE], 24 * HOUR, 0],
    ['a tenth of five minutes is left', [NOW - 270_000], 5 * MINUTE, 0],
    ['a little more than a tenth of five minutes is left', [NOW - 269_999], 5 * MINUTE, 30_001],
    ['a tenth of a second is left', [NOW - 900], 1000, 0],
    ['the newest of several counts', [NOW - 50 * MINUTE, NOW - 20 * MINUTE], HOUR, 40 * MINUTE],
    ['the clock was set back by a minute', [NOW + MINUTE], HOUR, HOUR],
    ['the time was written under a clock years ahead', [NOW + 10 * 365 * 24 * HOUR], HOUR, 0],
  ])('when %s', (_, sends, cooldown, left) => {
    expect(cooldownLeft(sends, cooldown, NOW)).toBe(left);
  });

  test('of a day ends a day of 23 hours later, as a schedule at nine in the morning does', () => {
    // In minutes west of UTC: Berlin before and after the clocks went forward on 29 March 2026.
    const change = Date.UTC(2026, 2, 29, 1);
    const berlin = (time: number) => (time < change ? -60 : -120);
    const [saturday, sunday] = [Date.UTC(2026, 2, 28, 8), Date.UTC(2026, 2, 29, 7)];
    expect(cooldownLeft([saturday], 24 * HOUR, sunday, berlin)).toBe(0);
    expect(cooldownLeft([saturday], 24 * HOUR, sunday - 2 * MINUTE, berlin)).toBe(2 * MINUTE);
    expect(cooldownLeft([saturday], 23.5 * HOUR, sunday, berlin)).toBe(HOUR / 2);
  });

  test('is never longer than the cooldown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 * NOW })),
        fc.integer({ min: 0, max: NOW }),
        (sends, cooldown) => {
          const left = cooldownLeft(sends, cooldown, NOW);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left).toBeLessThanOrEqual(cooldown);
        },
      ),
    );
  });
});

test.each([
  [{}, HOUR],
  [{ schedule: '@hourly' }, 0],
  [{ schedule: '@hourly', cooldown: HOUR }, HOUR],
  [{ cooldown: 0 }, 0],
])('the cooldown of a script with the header %j', (header, expected) => {
  expect(defaultCooldown(header)).toBe(expected);
});
