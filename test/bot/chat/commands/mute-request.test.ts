import { describe, expect, test } from 'vitest';
import { readMuteRequest } from '../../../../src/bot/chat/commands/mute-request.ts';

/** A Thursday, 14:30 in this host's time zone. */
const NOW = new Date(2026, 0, 29, 14, 30).getTime();
const MIN = 60_000;
const HOUR = 60 * MIN;
const read = (typed: string) => readMuteRequest(typed.split(' ').filter(Boolean), NOW);
const at = (day: number, hour: number, minute = 0, month = 0) => new Date(2026, month, day, hour, minute).getTime();

describe('a mute', () => {
  test.each<[string, number, string?]>([
    ['', HOUR],
    ['2h', 2 * HOUR],
    ['2 hours', 2 * HOUR],
    ['two hours', 2 * HOUR],
    ['for 2 hours', 2 * HOUR],
    ['half an hour', 30 * MIN],
    ['an hour', HOUR],
    ['a day', 24 * HOUR],
    ['1h 30m', 90 * MIN],
    ['1 hour and 30 minutes', 90 * MIN],
    ['1.5h', 90 * MIN],
    ['2H', 2 * HOUR],
    ['all', HOUR],
    ['all 3h', 3 * HOUR],
    ['3h everything', 3 * HOUR],
    ['backup', HOUR, 'backup'],
    ['backup 2h', 2 * HOUR, 'backup'],
    ['2h backup', 2 * HOUR, 'backup'],
    ['Backup.sh for two hours', 2 * HOUR, 'Backup.sh'],
    ['7zip.sh', HOUR, '7zip.sh'],
    ['2h30', 150 * MIN],
    ['1h30m', 90 * MIN],
    ['5 min', 5 * MIN],
    ['for two and a half hours', 150 * MIN],
    ['an hour and a half', 90 * MIN],
    ['a couple of hours', 2 * HOUR],
    ['a quarter of an hour', 15 * MIN],
    ['for the next 3 hours', 3 * HOUR],
    ['1 week', 7 * 24 * HOUR],
    ['1month', 30 * 24 * HOUR],
    ['until 2 hours', 2 * HOUR],
    ['monitor', HOUR, 'monitor'],
    ['constructor 2h', 2 * HOUR, 'constructor'],
    ['my report.py 2h', 2 * HOUR, 'my report.py'],
    ['“my report” 2h', 2 * HOUR, 'my report'],
  ])('"%s" lasts %i ms', (typed, lasts, script) => {
    expect(read(typed)).toEqual({ until: NOW + lasts, lasts, script });
  });

  test.each<[string, number, string?]>([
    ['until 18:00', at(29, 18)],
    ['18:00', at(29, 18)],
    ['until 6pm', at(29, 18)],
    ['until 14:30', at(30, 14, 30)],
    ['until 9:15', at(30, 9, 15)],
    ['tomorrow', at(30, 8)],
    ['until tomorrow 12:00', at(30, 12)],
    ['monday', at(2, 8, 0, 1)],
    ['until thursday', at(5, 8, 0, 1)],
    ['backup until friday 7:00', at(30, 7), 'backup'],
    ['6 pm', at(29, 18)],
    ['until 18', at(29, 18)],
    ['until 18h', at(29, 18)],
    ['until noon', at(30, 12)],
    ['until midnight', at(30, 0)],
    ['today', at(30, 0)],
    ['today 18:00', at(29, 18)],
    ['tonight', at(30, 8)],
    ['tomorrow morning', at(30, 8)],
    ['until tomorrow 9', at(30, 9)],
    ['until 9:00 tomorrow backup', at(30, 9), 'backup'],
    ['next monday', at(2, 8, 0, 1)],
    ['mon', at(2, 8, 0, 1)],
    ['until tues 7am', at(3, 7, 0, 1)],
    ['until 2026-02-01', at(1, 8, 0, 1)],
    ['until 2026-02-01 17:30', at(1, 17, 30, 1)],
    ['2026-02-01T06:15', at(1, 6, 15, 1)],
  ])('"%s" lasts until then', (typed, until, script) => {
    expect(read(typed)).toEqual({ until, script });
  });

  test.each(['forever', 'all forever', 'indefinitely', 'permanently', 'for ever', 'until further notice', '999999y'])(
    '"%s" lasts until it is ended',
    (typed) => {
      expect(read(typed)).toEqual({ until: undefined, script: undefined });
    },
  );

  test.each([
    '90',
    '0',
    '0h',
    '-1h',
    '1h 90',
    '0m',
    'off',
    'until 2026-01-28',
    'until 2026-02-30',
    'today 9:00',
    'until 9:00 17:00',
    'monday tuesday',
    'until 13pm',
    'tomorrow 2h',
    'all backup',
    '2h until 18:00',
    'forever 2h',
    '25:00',
    '1,5h',
  ])('"%s" is not understood', (typed) => {
    expect(read(typed)).toBeUndefined();
  });
});
