import { describe, expect, test } from 'vitest';
import { parseSchedule } from '../../../src/runner/policy/schedule.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 30, 12);

describe('a script is due or not', () => {
  const at = (hours: number, minutes = 0, day = 30) => new Date(2026, 0, day, hours, minutes).getTime();
  test.each([
    ['a scheduled time has come since the last run', '0 9 * * *', at(8), at(9), true],
    ['no scheduled time has come', '0 9 * * *', at(9), at(23, 59), false],
    ['a scheduled time passed while the computer was off', '0 9 * * *', at(9, 0, 27), at(14), true],
    ['it is seen for the first time within its minute', '0 9 * * *', undefined, at(9) + 2000, true],
    ['it is seen for the first time later', '0 9 * * *', undefined, at(9, 5), false],
    ['it is a working day', '0 9 * * 1-5', at(8), at(9), true],
    ['it is the weekend', '0 9 * * 1-5', at(9, 0, 30), at(9, 0, 31), false],
    ['day of the month or of the week, as crontab has it', '0 9 1 * 5', at(8), at(9), true],
    ['the last run lies ahead of the clock', '0 9 * * *', at(9, 0, 31), at(9) + 1000, true],
  ])('when %s', (_, schedule, since, now, due) => {
    expect(parseSchedule(schedule, now).isDue(since)).toBe(due);
  });

  test.each(['often', '* * * *', '0 0 9 * * *', '61 * * * *', '', '0 9 * * 9'])('%j is refused', (schedule) => {
    expect(() => parseSchedule(schedule, NOW)).toThrow('is not a cron schedule such as "0 9 * * 1-5"');
  });

  test.each([
    ['0 0 30 2 *', 'never comes.'],
    ['0 0 31 4,6 *', 'never comes.'],
    ['@reboot', 'is no time of day: put a line "@reboot notify-runner run NAME" into your crontab.'],
  ])('%j %s', (schedule, why) => {
    expect(() => parseSchedule(schedule, NOW)).toThrow(`# notify: schedule: "${schedule}" ${why}`);
  });

  test('a rare day is no error', () => {
    expect(parseSchedule('0 0 29 2 *', NOW).isDue(NOW - HOUR)).toBe(false);
  });
});
