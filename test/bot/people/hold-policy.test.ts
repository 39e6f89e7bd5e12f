import { describe, expect, test } from 'vitest';
import { isHeldBack, summaryAt } from '../../../src/bot/people/hold-policy.ts';
import { preferencesOf } from '../../../src/bot/people/read-settings.ts';
import type { PersonSettings } from '../../../src/core/people/settings.ts';

const of = (settings: PersonSettings) => preferencesOf(settings, 'UTC');
const at = (iso: string) => Date.parse(iso);
const iso = (time: number) => new Date(time).toISOString().replace('.000', '');
const held = (since: string, severity?: string) => ({ since: at(since), ...(severity !== undefined && { severity }) });

describe('what is held', () => {
  const night = of({ quiet: '22:00-07:00' });
  const mild = of({ digest: '15m' });
  const [asleep, awake] = [at('2026-01-30T23:00:00Z'), at('2026-01-30T12:00:00Z')];

  test.each<[string, boolean]>([
    ['info', true],
    ['low', true],
    ['medium', true],
    ['high', true],
    ['critical', false],
  ])('in quiet hours %s: %j', (severity, isHeld) => {
    expect(isHeldBack(night, { severity }, asleep)).toBe(isHeld);
    expect(isHeldBack(night, { severity }, awake)).toBe(false);
    expect(isHeldBack(night, { severity, passes: { quiet: true } }, asleep)).toBe(false);
    expect(isHeldBack(night, { severity, passes: { mute: true } }, asleep)).toBe(isHeld);
  });

  test('a message without a severity is held in quiet hours, and by no digest', () => {
    expect([isHeldBack(night, {}, asleep), isHeldBack(mild, {}, awake)]).toEqual([true, false]);
  });

  test.each([
    ['info', true],
    ['low', true],
    ['medium', false],
    ['critical', false],
  ])('by a digest %s: %j', (severity, isHeld) => {
    expect(isHeldBack(mild, { severity }, awake)).toBe(isHeld);
  });
});

describe('quiet hours over a change of the clock', () => {
  // In each zone: the night before, the change, and the moment at which the hours end.
  test.each([
    ['Europe/Berlin forward', 'Europe/Berlin', '22:00-07:00 sat', '2026-03-28T21:30:00Z', '2026-03-29T05:00:00Z'],
    ['Europe/Berlin back', 'Europe/Berlin', '22:00-07:00 sat', '2026-10-24T21:30:00Z', '2026-10-25T06:00:00Z'],
    ['Europe/Berlin, its end left out', 'Europe/Berlin', '22:00-02:30', '2026-03-28T21:30:00Z', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin, its end twice', 'Europe/Berlin', '22:00-02:30', '2026-10-24T21:30:00Z', '2026-10-25T01:30:00Z'],
    ['New York forward', 'America/New_York', '22:00-07:00 sat', '2026-03-08T04:30:00Z', '2026-03-08T11:00:00Z'],
    ['New York back', 'America/New_York', '22:00-07:00 sat', '2026-11-01T03:30:00Z', '2026-11-01T12:00:00Z'],
    [
      'Lord Howe forward, by half an hour',
      'Australia/Lord_Howe',
      '22:00-07:00 sat',
      '2026-10-03T12:30:00Z',
      '2026-10-03T20:00:00Z',
    ],
    [
      'Lord Howe back, by half an hour',
      'Australia/Lord_Howe',
      '22:00-07:00 sat',
      '2026-04-04T12:00:00Z',
      '2026-04-04T20:30:00Z',
    ],
  ])('%s', (_what, timezone, quiet, during, end) => {
    const preferences = of({ timezone, quiet });
    expect(iso(summaryAt(preferences, [held(during)], at(during)))).toBe(end);
    expect(isHeldBack(preferences, {}, at(end) - 1)).toBe(true);
    expect(isHeldBack(preferences, {}, at(end))).toBe(false);
  });

  test('the weekday is that of the beginning, in the person’s zone', () => {
    const preferences = of({ timezone: 'America/New_York', quiet: '22:00-07:00 fri' });
    // Friday 21:30, Friday 23:00, Saturday 06:30, Saturday 23:00 in New York.
    const moments = ['2026-01-31T02:30:00Z', '2026-01-31T04:00:00Z', '2026-01-31T11:30:00Z', '2026-02-01T04:00:00Z'];
    expect(moments.map((moment) => isHeldBack(preferences, {}, at(moment)))).toEqual([false, true, true, false]);
  });
});

describe('a digest', () => {
  test.each([
    ['in winter', 'Europe/Berlin', '2026-01-30T12:00:00Z', '2026-01-30T12:15:00Z'],
    ['over the change forward', 'Europe/Berlin', '2026-03-29T00:55:00Z', '2026-03-29T01:10:00Z'],
    ['over the change back', 'Europe/Berlin', '2026-10-25T00:55:00Z', '2026-10-25T01:10:00Z'],
    ['over New York’s change back', 'America/New_York', '2026-11-01T05:55:00Z', '2026-11-01T06:10:00Z'],
    ['over Lord Howe’s change back', 'Australia/Lord_Howe', '2026-04-04T14:55:00Z', '2026-04-04T15:10:00Z'],
  ])('comes its length after the first message, %s', (_what, timezone, first, due) => {
    const preferences = of({ timezone, digest: '15m' });
    const items = [held(first, 'info'), held(first, 'low')];
    expect(iso(summaryAt(preferences, items, at(first)))).toBe(due);
    expect(iso(summaryAt(preferences, items, at(due) - 60_000))).toBe(due);
    expect(iso(summaryAt(preferences, items, at(due) + 60_000))).toBe(iso(at(due) + 60_000));
  });

  test('that would come in quiet hours comes at their end', () => {
    const preferences = of({ digest: '15m', quiet: '22:00-07:00' });
    expect(iso(summaryAt(preferences, [held('2026-01-30T21:50:00Z', 'info')], at('2026-01-30T21:51:00Z')))).toBe(
      '2026-01-31T07:00:00Z',
    );
  });

  test('waits no longer once it is off, nor where anything else is held', () => {
    const now = at('2026-01-30T12:01:00Z');
    expect(summaryAt(of({}), [held('2026-01-30T12:00:00Z', 'info')], now)).toBe(now);
    const both = [held('2026-01-30T12:00:00Z', 'info'), held('2026-01-30T12:00:00Z', 'high')];
    expect(summaryAt(of({ digest: '1h' }), both, now)).toBe(now);
  });
});
