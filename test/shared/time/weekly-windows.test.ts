import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/core/problem.ts';
import { parseWindows } from '../../../src/shared/time/weekly-windows.ts';

/** Windows as rows of days, minutes and zone. */
const read = (text: string) =>
  parseWindows(text, 'times.office', 'UTC').map(({ days, from, to, zone }) => [[...days].join(), from, to, zone]);

describe('parseWindows', () => {
  test.each([
    ['mon-fri 08:00-18:00 Europe/Berlin', [['1,2,3,4,5', 480, 1080, 'Europe/Berlin']]],
    ['22:00-07:00 mon-fri', [['1,2,3,4,5', 1320, 1860, 'UTC']]],
    ['Sat,SUN', [['6,0', 0, 1440, 'UTC']]],
    ['fri-mon 9:00-17:30', [['5,6,0,1', 540, 1050, 'UTC']]],
    ['daily 00:00-24:00', [['0,1,2,3,4,5,6', 0, 1440, 'UTC']]],
    ['23:30-00:00', [['0,1,2,3,4,5,6', 1410, 1440, 'UTC']]],
    [
      'mon 08:00-12:00,13:00-17:00',
      [
        ['1', 480, 720, 'UTC'],
        ['1', 780, 1020, 'UTC'],
      ],
    ],
    [
      'mon-fri 18:00-08:00 CET; sat,sun;',
      [
        ['1,2,3,4,5', 1080, 1920, 'CET'],
        ['6,0', 0, 1440, 'UTC'],
      ],
    ],
  ])('reads %j', (text, windows) => {
    expect(read(text)).toEqual(windows);
  });

  test.each([
    ['', 'it holds no times: write for example "mon-fri 08:00-18:00 Europe/Berlin".'],
    [' ; ', 'it holds no times'],
    ['Europe/Berlin', 'it names neither days nor times'],
    ['mon-fri 08:00-18:00 Europe/Belrin', '"Europe/Belrin" is not a time zone; did you mean Europe/Berlin?'],
    ['mon-fri 08:00-18:00 UTC+2', '"UTC+2" is not a time zone: write a name such as Europe/Berlin.'],
    ['monday 08:00-18:00', '"monday" is none of sun, mon, tue, wed, thu, fri, sat; did you mean mon?'],
    ['mon-wed-fri', '"mon-wed-fri" is no range of days such as mon-fri.'],
    ['mon 08:00-18:00 fri', 'it names days twice; separate windows by ";".'],
    ['mon 08:00-25:00', '"08:00-25:00" holds no time of day from 00:00 to 24:00.'],
    ['mon 08:60-09:00', 'holds no time of day'],
    ['mon 24:00-09:00', 'holds no time of day'],
    ['mon 08:00-08:00', '"08:00-08:00" is empty; the whole day is 00:00-24:00.'],
    ['mon 8-18', '"8-18" is neither days, nor times, nor a time zone'],
    ['mon UTC CET', '"CET" is one time zone too many.'],
    ['x'.repeat(1001), 'a text of 1001 characters: at most 1000 characters are read.'],
    ['mon;'.repeat(51), 'at most 50 windows are allowed.'],
  ])('refuses %j', (text, why) => {
    expect(() => read(text)).toThrow(Problem);
    expect(() => read(text)).toThrow(why);
    expect(() => read(text)).toThrow(/^times\.office: /);
  });
});
