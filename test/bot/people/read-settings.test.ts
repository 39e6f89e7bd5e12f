import { describe, expect, test } from 'vitest';
import { changedSettings, preferencesOf } from '../../../src/bot/people/read-settings.ts';
import { isOpen } from '../../../src/shared/time/open-windows.ts';

const SERVER = 'UTC';
const at = (iso: string) => Date.parse(iso);

describe('a change', () => {
  test('takes the values as they are written, and leaves the others', () => {
    expect(
      changedSettings({ digest: '1h' }, { timezone: 'europe/berlin', quiet: ' 22:00–07:00  Mon-Fri ' }, SERVER),
    ).toEqual({ digest: '1h', timezone: 'Europe/Berlin', quiet: '22:00-07:00 Mon-Fri' });
  });

  test.each(['off', 'OFF', 'none', '', '  ', null])('%j switches a setting off', (word) => {
    expect(changedSettings({ quiet: '22:00-07:00', digest: '15m' }, { quiet: word }, SERVER)).toEqual({
      digest: '15m',
    });
  });

  test.each([
    ['timezone', 'Europe/Belrin', 'timezone: "Europe/Belrin" is not a time zone; did you mean Europe/Berlin?'],
    ['timezone', '+02:00', 'timezone: "+02:00" is not a time zone: write a name such as Europe/Berlin.'],
    ['quiet', '25:00-07:00', 'quiet: "25:00-07:00": "25:00-07:00" holds no time of day from 00:00 to 24:00.'],
    ['quiet', 'at night', 'quiet: "at night"'],
    ['quiet', '00:00-24:00', 'quiet: these hours never end; a mute holds everything back instead.'],
    ['quiet', '00:00-12:00, 12:00-24:00', 'quiet: these hours never end'],
    ['digest', '15', 'digest: "15" is shorter than a minute: write for example 15m.'],
    ['digest', '25h', 'digest: "25h" is longer than a day.'],
    ['digest', 'hourly', 'digest: "hourly" is not a duration such as 15m, 1h or 1d.'],
    ['digest', '-5m', 'digest: "-5m" is not a duration such as 15m, 1h or 1d.'],
  ] as const)('refuses %s %j and says why', (name, text, why) => {
    let found: unknown;
    try {
      changedSettings({}, { [name]: text }, SERVER);
    } catch (error) {
      found = error;
    }
    expect(found).toMatchObject({ code: 'bad_field', message: expect.stringContaining(why) });
  });
});

describe('quiet hours', () => {
  test.each([
    ['22:00-07:00 mon-fri, 23:00-09:00 sat, sun', '2026-01-31T22:30:00Z', false],
    ['22:00-07:00 mon-fri, 23:00-09:00 sat, sun', '2026-01-31T23:30:00Z', true],
    ['22:00-07:00 mon-fri,23:00-09:00 sat,sun', '2026-01-30T22:30:00Z', true],
    ['22:00-07:00 mon-fri; sat,sun', '2026-01-31T12:00:00Z', true],
    ['22:00-07:00,12:00-13:00 mon-fri', '2026-01-30T12:30:00Z', true],
    ['22:00-07:00 mon-fri', '2026-01-31T06:30:00Z', true],
    ['22:00-07:00 mon-fri', '2026-02-01T06:30:00Z', false],
    ['22:00-07:00', '2026-02-01T06:30:00Z', true],
  ])('%j at %s: %j', (quiet, moment, isQuiet) => {
    const settings = changedSettings({}, { quiet }, SERVER);
    expect(isOpen(preferencesOf(settings, SERVER).quiet, at(moment))).toBe(isQuiet);
  });

  test('are those of the person’s zone, or of the server’s', () => {
    const berlin = preferencesOf({ quiet: '22:00-07:00', timezone: 'Europe/Berlin' }, SERVER);
    expect(isOpen(berlin.quiet, at('2026-01-31T06:30:00Z'))).toBe(false);
    expect(isOpen(preferencesOf({ quiet: '22:00-07:00' }, 'America/New_York').quiet, at('2026-01-31T11:30:00Z'))).toBe(
      true,
    );
  });
});

test('stored values that mean nothing count as off', () => {
  expect(preferencesOf({ timezone: 'Nowhere', quiet: 'always', digest: 'often' }, SERVER)).toEqual({
    zone: 'UTC',
    quiet: [],
  });
});
