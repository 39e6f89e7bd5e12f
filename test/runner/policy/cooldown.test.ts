import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cooldownLeft } from '../../../src/runner/policy/cooldown.ts';

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
    ['the newest of several counts', [NOW - 50 * MINUTE, NOW - 20 * MINUTE], HOUR, 40 * MINUTE],
    ['the clock was set back by a minute', [NOW + MINUTE], HOUR, HOUR],
    ['the time was written under a clock years ahead', [NOW + 10 * 365 * 24 * HOUR], HOUR, 0],
  ])('when %s', (_, sends, cooldown, left) => {
    expect(cooldownLeft(sends, cooldown, NOW)).toBe(left);
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
