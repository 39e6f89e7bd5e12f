import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { cooldownLeft, defaultCooldown } from '../../../src/runner/policy/cooldown.ts';
import { parseSchedule } from '../../../src/runner/policy/schedule.ts';
import { parseDuration } from '../../../src/shared/text/duration.ts';

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

  /** A schedule and a cooldown of the same length: each scheduled moment sends. */
  test.each([
    ['*/5 * * * *', '5m', 'UTC', '2026-03-28T00:00Z'],
    ['@hourly', '1h', 'Europe/Berlin', '2026-03-28T20:30Z'],
    ['@hourly', '1h', 'Europe/Berlin', '2026-10-24T20:30Z'],
    ['0 */2 * * *', '2h', 'Europe/Berlin', '2026-03-28T20:30Z'],
    ['0 3,9,15,21 * * *', '6h', 'Europe/Berlin', '2026-03-28T12:00Z'],
    ['0 9,21 * * *', '12h', 'Europe/Berlin', '2026-03-27T12:00Z'],
    ['0 9,21 * * *', '12h', 'America/New_York', '2026-03-06T12:00Z'],
    ['0 9 * * *', '1d', 'Europe/Berlin', '2026-03-27T12:00Z'],
    ['0 9 * * *', '24h', 'Australia/Lord_Howe', '2026-10-01T12:00Z'],
    ['30 2 * * *', '1d', 'Europe/Berlin', '2026-03-26T12:00Z'],
    ['0 9 * * 1', '7d', 'Europe/Berlin', '2026-03-15T12:00Z'],
    ['0 9 * * 1', '1w', 'Europe/Berlin', '2026-10-11T12:00Z'],
    ['0 9 1 * *', '30d', 'UTC', '2026-01-02T12:00Z'],
    ['@monthly', '31d', 'Europe/Berlin', '2026-01-02T12:00Z'],
    ['@yearly', '1y', 'UTC', '2026-01-02T12:00Z'],
  ])('%s with a cooldown of %s in %s loses nothing after %s', (text, length, zone, begin) => {
    let at = Date.parse(begin);
    let sent: number | undefined;
    for (let run = 0; run < 12; run += 1) {
      const { next } = parseSchedule(text, at, zone);
      // Cron starts late, and the script takes a while.
      at = next + 40_000;
      const { earlier, zone: own } = parseSchedule(text, at, zone);
      const sends = sent === undefined ? [] : [sent];
      expect({
        at: new Date(next),
        left: cooldownLeft(sends, parseDuration(length, ''), at, { zone: own, earlier }),
      }).toEqual({
        at: new Date(next),
        left: 0,
      });
      sent = next;
    }
  });

  test('of a month holds back a daily run, and a shorter schedule waits for its cooldown', () => {
    const daily = { zone: 'UTC', earlier: NOW - 24 * HOUR };
    expect(cooldownLeft([NOW - 28 * 24 * HOUR], 30 * 24 * HOUR, NOW, daily)).toBe(48 * HOUR);
    expect(cooldownLeft([NOW - HOUR], 2 * HOUR, NOW, { zone: 'UTC', earlier: NOW - HOUR })).toBe(HOUR);
    expect(cooldownLeft([NOW - 24 * HOUR], 36 * HOUR, NOW, daily)).toBe(12 * HOUR);
  });

  test('of a day without a schedule counts by the zone of the process', () => {
    const [saturday, sunday] = [Date.UTC(2026, 2, 28, 8), Date.UTC(2026, 2, 29, 7)];
    vi.stubEnv('TZ', 'Europe/Berlin');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(cooldownLeft([saturday], 24 * HOUR, sunday)).toBe(0);
    expect(cooldownLeft([saturday], 24 * HOUR, sunday - 2 * MINUTE)).toBe(2 * MINUTE);
    expect(cooldownLeft([saturday], 23.5 * HOUR, sunday)).toBe(HOUR / 2);
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
