import { describe, expect, test } from 'vitest';
import { parseSchedule } from '../../../src/runner/policy/schedule.ts';

const HOUR = 3_600_000;
/** The zone of this process, in which the table's times are. */
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
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
    expect(parseSchedule(schedule, now, ZONE).isDue(since)).toBe(due);
  });

  test.each(['often', '* * * *', '0 0 9 * * *', '61 * * * *', '', '0 9 * * 9'])('%j is refused', (schedule) => {
    expect(() => parseSchedule(schedule, NOW, ZONE)).toThrow('is not a cron schedule such as "0 9 * * 1-5"');
  });

  test.each([
    ['0 0 30 2 *', 'never comes.'],
    ['0 0 31 4,6 *', 'never comes.'],
    ['@dayly', 'is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually; did you mean @daily?'],
    ['@fortnight', 'is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.'],
    ['@reboot', 'is no time of day: put a line "@reboot notify-runner run NAME" into your crontab.'],
  ])('%j %s', (schedule, why) => {
    expect(() => parseSchedule(schedule, NOW, ZONE)).toThrow(`# notify: schedule: "${schedule}" ${why}`);
  });

  test('a rare day is no error', () => {
    expect(parseSchedule('0 0 29 2 *', NOW, ZONE).isDue(NOW - HOUR)).toBe(false);
  });
});

/** All times of a schedule between two times, in UTC, as `HH:MM` with the day before them where there are several. */
function timesOf(schedule: string, zone: string, from: string, to: string): string {
  const times: string[] = [];
  for (let at = Date.parse(from) - 1; ; ) {
    at = parseSchedule(schedule, at, zone).next;
    if (at >= Date.parse(to)) return times.join(' ');
    times.push(new Date(at).toISOString().slice(11, 16));
  }
}

describe('a change of the clock', () => {
  // Berlin: in spring 02:00 becomes 03:00 (01:00 UTC); in autumn 03:00 becomes 02:00 (01:00 UTC).
  test.each([
    // A time that is skipped comes once, right after the gap; a time that is repeated comes once.
    ['30 2 * * *', '01:00', '00:30'],
    ['0,30 2 * * *', '01:00', '00:00 00:30'],
    ['30 2,3 * * *', '01:00 01:30', '00:30 02:30'],
    ['30 1-3 * * *', '00:30 01:00 01:30', '23:30 00:30 02:30'],
    [
      '0-30 2 * * 0',
      '01:00',
      Array.from({ length: 31 }, (_, minute) => `00:${String(minute).padStart(2, '0')}`).join(' '),
    ],
    ['0-59/30 2 * * *', '01:00', '00:00 00:30'],
    ['0,15-45/30 2 * * *', '01:00', '00:00 00:15 00:45'],
    ['0 1-4/1 * * *', '00:00 01:00 02:00', '23:00 00:00 02:00 03:00'],
    ['0 3 * * *', '01:00', '02:00'],
    ['@daily', '23:00', '22:00'],
    // Schedules whose minute or hour begins with * follow the clock.
    ['30 * * * *', '23:30 00:30 01:30 02:30 03:30', '22:30 23:30 00:30 01:30 02:30 03:30'],
    ['*/30 2 * * *', '', '00:00 00:30 01:00 01:30'],
    ['0 */2 * * *', '23:00 02:00', '22:00 00:00 01:00 03:00'],
    ['@hourly', '23:00 00:00 01:00 02:00 03:00', '22:00 23:00 00:00 01:00 02:00 03:00'],
  ])('%s in Berlin', (schedule, spring, autumn) => {
    expect(timesOf(schedule, 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T04:00Z')).toBe(spring);
    expect(timesOf(schedule, 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T04:00Z')).toBe(autumn);
  });

  test.each([
    // Half an hour: in spring 02:00 becomes 02:30 (15:30 UTC); in autumn 02:00 becomes 01:30 (15:00 UTC).
    ['10,20 2 * * *', 'Australia/Lord_Howe', '2026-10-03T13:00Z', '15:30'],
    ['40,50 1 * * *', 'Australia/Lord_Howe', '2026-04-04T13:00Z', '14:40 14:50'],
    ['40,50 * * * *', 'Australia/Lord_Howe', '2026-04-04T13:00Z', '13:40 13:50 14:40 14:50 15:10 15:20'],
    // At midnight: 00:00 becomes 01:00, and back.
    ['0 0 * * *', 'America/Havana', '2026-03-08T03:00Z', '05:00'],
    ['0,30 0 * * *', 'America/Havana', '2026-11-01T03:00Z', '04:00 04:30'],
    // Chatham counts by quarters: 02:45 becomes 03:45 (14:00 UTC).
    ['50 2 * * *', 'Pacific/Chatham', '2026-09-26T12:00Z', '14:00'],
  ])('%s in %s', (schedule, zone, from, times) => {
    const to = new Date(Date.parse(from) + 3 * HOUR).toISOString();
    expect(timesOf(schedule, zone, from, to)).toBe(times);
  });

  test('makes a script due once', () => {
    const after = Date.parse('2026-03-29T01:03:00Z');
    const schedule = parseSchedule('0,30 2 * * *', after, 'Europe/Berlin');
    expect(schedule.isDue(Date.parse('2026-03-29T00:58:00Z'))).toBe(true);
    expect(schedule.isDue(Date.parse('2026-03-29T01:00:02Z'))).toBe(false);
  });
});

describe('a day of the month and a day of the week', () => {
  test.each([
    ['0 9 1 * 5', '01 02 09 16 23 30'],
    ['0 9 */10 * 5', ''],
    ['0 9 */2 * 5', '09 23'],
    ['0 9 1-31/2 * 5', '01 02 03 05 07 09 11 13 15 16 17 19 21 23 25 27 29 30 31'],
    ['0 9 11 * */3', '11'],
    ['0 9 * * 5', '02 09 16 23 30'],
  ])('%s', (schedule, days) => {
    const found: string[] = [];
    for (let at = Date.UTC(2026, 9, 1); ; ) {
      at = parseSchedule(schedule, at, 'UTC').next;
      if (at >= Date.UTC(2026, 10, 1)) break;
      found.push(new Date(at).toISOString().slice(8, 10));
    }
    expect(found.join(' ')).toBe(days);
  });
});
