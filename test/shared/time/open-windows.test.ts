import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOpen, nextChange } from '../../../src/shared/time/open-windows.ts';
import { parseWindows } from '../../../src/shared/time/weekly-windows.ts';

const utc = (text: string) => Date.parse(`${text}:00Z`);
const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString().slice(0, 16));
const windowsOf = (text: string) => parseWindows(text, 'times', 'UTC');

/** The next changes after a moment, each with what is the case from it on. */
function changes(text: string, from: string, count: number): readonly string[] {
  const windows = windowsOf(text);
  const found: string[] = [];
  let at = utc(from);
  for (let step = 0; step < count; step += 1) {
    const next = nextChange(windows, at);
    if (next === undefined) break;
    found.push(`${iso(next)} ${isOpen(windows, next) ? 'opens' : 'closes'}`);
    expect(isOpen(windows, next - 1)).toBe(!isOpen(windows, next));
    at = next;
  }
  return found;
}

describe('weekly windows', () => {
  test.each([
    // Friday to Monday, in summer.
    ['mon-fri 08:00-18:00 Europe/Berlin', '2026-07-03T12:00', ['2026-07-03T16:00 closes', '2026-07-06T06:00 opens']],
    // The weekday is that of the beginning: Friday's window ends on Saturday, and none begins on Sunday.
    [
      '22:00-07:00 mon-fri Europe/Berlin',
      '2026-07-03T12:00',
      ['2026-07-03T20:00 opens', '2026-07-04T05:00 closes', '2026-07-06T20:00 opens'],
    ],
    ['mon 08:00-12:00,12:00-18:00', '2026-07-06T09:00', ['2026-07-06T18:00 closes', '2026-07-13T08:00 opens']],
    ['mon 18:00-24:00; tue 00:00-08:00', '2026-07-06T12:00', ['2026-07-06T18:00 opens', '2026-07-07T08:00 closes']],
    // Berlin: forward on 29 March, back on 25 October.
    ['22:00-07:00 Europe/Berlin', '2026-03-28T12:00', ['2026-03-28T21:00 opens', '2026-03-29T05:00 closes']],
    ['22:00-07:00 Europe/Berlin', '2026-10-24T12:00', ['2026-10-24T20:00 opens', '2026-10-25T06:00 closes']],
    ['sun 02:30-04:00 Europe/Berlin', '2026-03-28T12:00', ['2026-03-29T01:00 opens', '2026-03-29T02:00 closes']],
    ['sun 01:00-02:30 Europe/Berlin', '2026-03-28T12:00', ['2026-03-29T00:00 opens', '2026-03-29T01:00 closes']],
    // The clock never shows it on that day.
    ['sun 02:00-02:30 Europe/Berlin', '2026-03-28T12:00', ['2026-04-05T00:00 opens', '2026-04-05T00:30 closes']],
    ['sun 02:00-02:30 Europe/Berlin', '2026-10-24T12:00', ['2026-10-25T00:00 opens', '2026-10-25T01:30 closes']],
    // New York: forward on 8 March, back on 1 November.
    ['sat 22:00-07:00 America/New_York', '2026-03-07T12:00', ['2026-03-08T03:00 opens', '2026-03-08T11:00 closes']],
    ['sat 22:00-07:00 America/New_York', '2026-10-31T12:00', ['2026-11-01T02:00 opens', '2026-11-01T12:00 closes']],
    ['sun 01:30-03:00 America/New_York', '2026-10-31T12:00', ['2026-11-01T05:30 opens', '2026-11-01T08:00 closes']],
    // Lord Howe, by half an hour: back on 5 April, forward on 4 October.
    ['22:00-07:00 Australia/Lord_Howe', '2026-04-04T00:00', ['2026-04-04T11:00 opens', '2026-04-04T20:30 closes']],
    ['22:00-07:00 Australia/Lord_Howe', '2026-10-03T00:00', ['2026-10-03T11:30 opens', '2026-10-03T20:00 closes']],
    ['sun 02:00-02:15 Australia/Lord_Howe', '2026-10-03T00:00', ['2026-10-10T15:00 opens', '2026-10-10T15:15 closes']],
    ['sun 01:30-02:00 Australia/Lord_Howe', '2026-04-04T00:00', ['2026-04-04T14:30 opens', '2026-04-04T15:30 closes']],
  ])('%s after %s', (text, from, expected) => {
    expect(changes(text, from, expected.length)).toEqual(expected);
  });

  test.each(['daily', '00:00-12:00; 12:00-24:00', 'mon-fri; sat,sun', 'daily Europe/Berlin', '08:00-07:59; daily'])(
    '%s never closes',
    (text) => {
      for (const at of ['2026-03-29T00:30', '2026-10-25T00:30', '2026-12-31T23:59']) {
        expect(isOpen(windowsOf(text), utc(at))).toBe(true);
        expect(nextChange(windowsOf(text), utc(at))).toBeUndefined();
      }
    },
  );

  test('none are never open', () => {
    expect(isOpen([], 0)).toBe(false);
    expect(nextChange([], 0)).toBeUndefined();
  });

  test('a window is open at its beginning and closed at its end', () => {
    const windows = windowsOf('thu 10:00-11:00');
    const moments = ['2026-07-02T10:00', '2026-07-02T11:00'].map(utc);
    expect(moments.flatMap((at) => [isOpen(windows, at - 1), isOpen(windows, at)])).toEqual([false, true, true, false]);
  });

  test('nothing changes before the next change', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
    const time = fc.integer({ min: 0, max: 1439 }).map((minutes) => {
      const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
      return `${hours}:${rest}`;
    });
    const days = fc.constantFrom('mon-fri', 'sat,sun', 'sun', 'daily', 'fri-mon');
    const window = fc
      .tuple(days, time, time, zones)
      .filter(([, from, to]) => from !== to)
      .map(([on, from, to, zone]) => `${on} ${from}-${to} ${zone}`);
    const around = fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01');
    const offset = fc.integer({ min: -4 * 1440, max: 4 * 1440 });
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), around, offset, (texts, day, minutes) => {
        const windows = windowsOf(texts.join(';'));
        const at = Date.parse(day) + minutes * 60_000;
        const next = nextChange(windows, at) ?? at + 7 * 86_400_000;
        const state = isOpen(windows, at);
        for (let step = 0; step < 10; step += 1) {
          expect(isOpen(windows, Math.floor(at + ((next - at) * step) / 10))).toBe(state);
        }
        expect(isOpen(windows, next - 1)).toBe(state);
      }),
      { numRuns: 60 },
    );
  });
});
