import { describe, expect, test } from 'vitest';
import { momentsOf, wallClock } from '../../../src/shared/time/wall-clock.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const iso = (at: number) => new Date(at).toISOString().slice(0, 16);

describe('the clock of a zone', () => {
  test.each([
    ['Europe/Berlin', '2026-01-01T11:00', '2026-01-01T12:00'],
    ['Europe/Berlin', '2026-07-01T22:30', '2026-07-02T00:30'],
    ['America/New_York', '2026-03-08T06:59', '2026-03-08T01:59'],
    ['America/New_York', '2026-03-08T07:00', '2026-03-08T03:00'],
    ['Australia/Lord_Howe', '2026-01-01T00:00', '2026-01-01T11:00'],
    ['Australia/Lord_Howe', '2026-07-01T00:00', '2026-07-01T10:30'],
    ['UTC', '1969-12-31T23:59', '1969-12-31T23:59'],
  ])('of %s shows at %s %s', (zone, at, reading) => {
    expect(iso(wallClock(zone, utc(at)))).toBe(reading);
  });

  test('keeps milliseconds', () => {
    expect(wallClock('Asia/Kolkata', 1.5)).toBe(5.5 * 3_600_000 + 1.5);
    expect(wallClock('UTC', -1)).toBe(-1);
  });
});

describe('the moments of a reading', () => {
  test.each([
    ['Europe/Berlin', '2026-06-01T09:00', '2026-06-01T07:00', '2026-06-01T07:00'],
    // Set forward over it, and set back over it.
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00', '2026-03-29T01:00'],
    ['Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00', '2026-03-29T01:00'],
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30', '2026-10-25T01:30'],
    ['Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00', '2026-10-25T02:00'],
    ['America/New_York', '2026-03-08T02:00', '2026-03-08T07:00', '2026-03-08T07:00'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30', '2026-11-01T06:30'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30', '2026-10-03T15:30'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45', '2026-04-04T15:15'],
    // Samoa went over the date line.
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00', '2011-12-30T10:00'],
  ])('in %s %s', (zone, reading, first, last) => {
    const found = momentsOf(zone, utc(reading));
    expect([iso(found.first), iso(found.last)]).toEqual([first, last]);
  });
});
