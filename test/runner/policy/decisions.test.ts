import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cooldownLeft } from '../../../src/runner/policy/cooldown.ts';
import { decideFailureAlert } from '../../../src/runner/policy/failure-policy.ts';
import { isDue, nextScheduled } from '../../../src/runner/policy/schedule.ts';
import { parseHeader } from '../../../src/runner/scripts/header.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 0, 30, 12);

describe('the cooldown', () => {
  test.each([
    ['nothing was sent yet', [], HOUR, 0],
    ['it was sent just now', [NOW], HOUR, HOUR],
    ['it was sent half an hour ago', [NOW - 30 * MINUTE], HOUR, 30 * MINUTE],
    ['it was sent exactly one cooldown ago', [NOW - HOUR], HOUR, 0],
    ['there is none', [NOW], 0, 0],
    ['the newest of several counts', [NOW - 50 * MINUTE, NOW - 20 * MINUTE], HOUR, 40 * MINUTE],
    ['the clock went back by a minute', [NOW + MINUTE], HOUR, HOUR],
    ['it was written under a clock years ahead', [NOW + 10 * 365 * 24 * HOUR], HOUR, 0],
  ])('when %s', (_, sends, cooldown, left) => {
    expect(cooldownLeft(sends, cooldown, NOW)).toBe(left);
  });

  test('never lasts longer than itself', () => {
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

describe('a failure is told', () => {
  const quiet = 6 * HOUR;
  const told = (ago: number) => ({ failing: { since: NOW / 1000 - 86_400, told_at: (NOW - ago) / 1000 } });
  const recovered = (ago: number) => ({ failureTold: (NOW - ago) / 1000 });
  test.each([
    ['the first time', {}, true, true, 'failure'],
    ['not within the quiet time', told(quiet - 1000), true, true, undefined],
    ['again after it', told(quiet), true, true, 'failure'],
    ['again when the clock went back', told(-HOUR), true, true, 'failure'],
    ['not to those who do not want to hear', {}, true, false, undefined],
    ['as recovered when it was told', told(HOUR), false, true, 'recovery'],
    ['not as recovered when it never was', { failing: { since: 1 } }, false, true, undefined],
    ['not at all while all is well', {}, false, true, undefined],
    ['not again within the quiet time, though it worked meanwhile', recovered(quiet - 1000), true, true, undefined],
    ['again after it, though it worked meanwhile', recovered(quiet), true, true, 'failure'],
    [
      'not as recovered when only an earlier one was told',
      { failing: { since: 1 }, ...recovered(HOUR) },
      false,
      true,
      undefined,
    ],
  ])('%s', (_, before, failed, telling, tell) => {
    expect(decideFailureAlert(before, { failed, telling, quiet }, NOW).tell).toBe(tell);
  });
});

describe('a header', () => {
  test.each([
    [
      '#!/bin/sh\n# notify: schedule="0 9 * * 1-5" timeout=5m cooldown=6h\n',
      { schedule: '0 9 * * 1-5', timeout: 5 * MINUTE, cooldown: 6 * HOUR },
    ],
    ["// notify: schedule='@daily', cooldown=0", { schedule: '@daily', cooldown: 0 }],
    ['/* notify: timeout=1m */', { timeout: MINUTE }],
    ['#notify:timeout=1m\r\n# notify: cooldown = 2h', { timeout: MINUTE, cooldown: 2 * HOUR }],
    ['# notify: tells when the revenue drops', {}],
    [`${'#\n'.repeat(19)}# notify: timeout=1m`, { timeout: MINUTE }],
    [`${'#\n'.repeat(20)}# notify: timeout=1m`, {}],
    ['print("# notify: timeout=1m")', {}],
  ])('%j is read', (text, header) => {
    expect(parseHeader(text)).toEqual(header);
  });

  test.each([
    ['# notify: timeout=0', '# notify: timeout: expected 1ms to 24h, found "0".'],
    ['# notify: timeout=2d', '# notify: timeout: expected 1ms to 24h, found "2d".'],
    ['# notify: cooldown=often', '# notify: cooldown: "often" is not a duration'],
    ['# notify: schedule="0 9 * * *', '# notify: expected name=value, found "schedule=\\"0 9 * * *".'],
    ['# notify: cooldown=1h and more', '# notify: expected name=value, found "and more".'],
    ['# notify: cron="* * * * *"', '# notify: cron is none of schedule, timeout, cooldown.'],
  ])('%j is refused', (text, sentence) => {
    expect(() => parseHeader(text)).toThrow(sentence);
  });
});

describe('a schedule', () => {
  const at = (hours: number, minutes = 0, day = 30) => new Date(2026, 0, day, hours, minutes).getTime();
  test.each([
    ['its moment has come since the last run', '0 9 * * *', at(8), at(9), true],
    ['its moment has not come', '0 9 * * *', at(9), at(23, 59), false],
    ['its moment passed while the computer was off', '0 9 * * *', at(9, 0, 27), at(14), true],
    ['it is seen for the first time within its minute', '0 9 * * *', undefined, at(9) + 2000, true],
    ['it is seen for the first time later', '0 9 * * *', undefined, at(9, 5), false],
    ['it is a working day', '0 9 * * 1-5', at(8), at(9), true],
    ['it is the weekend', '0 9 * * 1-5', at(9, 0, 30), at(9, 0, 31), false],
    ['day of the month or of the week, as crontab has it', '0 9 1 * 5', at(8), at(9), true],
    ['the last run lies ahead of the clock', '0 9 * * *', at(9, 0, 31), at(9) + 1000, true],
  ])('when %s', (_, schedule, since, now, due) => {
    expect(isDue(schedule, since, now)).toBe(due);
  });

  test.each(['often', '* * * *', '0 0 9 * * *', '61 * * * *', '', '0 9 * * 9'])('%j is refused', (schedule) => {
    expect(() => nextScheduled(schedule, NOW)).toThrow('is not a cron schedule such as "0 9 * * 1-5"');
  });

  test.each([
    ['0 0 30 2 *', 'never comes.'],
    ['0 0 31 4,6 *', 'never comes.'],
    ['@reboot', 'is no time of day: put a line "@reboot notify-runner run NAME" into your crontab.'],
  ])('%j %s', (schedule, why) => {
    expect(() => isDue(schedule, NOW - HOUR, NOW)).toThrow(`# notify: schedule: "${schedule}" ${why}`);
  });

  test('a rare day is no error', () => {
    expect(isDue('0 0 29 2 *', NOW - HOUR, NOW)).toBe(false);
  });
});
