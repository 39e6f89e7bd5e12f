import { describe, expect, test } from 'vitest';
import { type Handovers, parseHandovers } from '../../../../src/bot/rules/rotations/handovers.ts';
import { type Override, onCall } from '../../../../src/bot/rules/rotations/on-call.ts';
import { parseCron } from '../../../../src/shared/time/cron.ts';

const utc = (text: string) => Date.parse(`${text}:00Z`);
const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString().slice(0, 16));

function handoversOf(text: string, zone = 'UTC'): Handovers {
  const read = parseHandovers(text, zone, 'handover');
  if (typeof read === 'string') throw new Error(read);
  return read;
}

/** The handovers after a moment, each with the number of those before it. */
function following(text: string, zone: string, from: string, count: number) {
  const handovers = handoversOf(text, zone);
  const found: string[] = [];
  let at = utc(from);
  for (let step = 0; step < count; step += 1) {
    const next = handovers.next(at);
    if (next === undefined) break;
    expect(handovers.count(next)).toBe(handovers.count(next - 1) + 1);
    expect(handovers.last(next)).toBe(next);
    expect(handovers.last(next - 1)).toBe(handovers.last(at));
    found.push(iso(next) ?? '');
    at = next;
  }
  return found;
}

describe('handovers', () => {
  test.each([
    ['0 9 * * 1', 'Europe/Berlin', '2026-03-20T00:00', ['2026-03-23T08:00', '2026-03-30T07:00', '2026-04-06T07:00']],
    ['0 9 * * 1', 'Europe/Berlin', '2026-10-20T00:00', ['2026-10-26T08:00', '2026-11-02T08:00']],
    ['0 9 * * *', 'America/New_York', '2026-03-07T00:00', ['2026-03-07T14:00', '2026-03-08T13:00', '2026-03-09T13:00']],
    // Set forward over it, and back over it.
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00', ['2026-04-04T14:45', '2026-04-05T15:15']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T20:00', ['2026-10-03T15:30', '2026-10-04T15:15']],
    ['0 8,20 * * *', 'UTC', '2026-01-01T00:00', ['2026-01-01T08:00', '2026-01-01T20:00', '2026-01-02T08:00']],
    ['0 0 1 * *', 'UTC', '2026-01-15T00:00', ['2026-02-01T00:00', '2026-03-01T00:00']],
    ['@weekly', 'UTC', '2026-01-01T00:00', ['2026-01-04T00:00', '2026-01-11T00:00']],
    ['0 0 29 2 *', 'UTC', '2024-03-01T00:00', ['2028-02-29T00:00']],
  ])('%s in %s after %s', (text, zone, from, expected) => {
    expect(following(text, zone, from, expected.length)).toEqual(expected);
  });

  test('are counted alike in any order', () => {
    const moments = [
      '2024-01-01T00:00',
      '2030-06-01T00:00',
      '2026-07-06T08:59',
      '2026-07-06T09:00',
      '2024-01-08T09:00',
    ];
    const counts = (order: readonly string[]) => {
      const handovers = handoversOf('0 9 * * 1');
      return new Map(order.map((at) => [at, handovers.count(utc(at))]));
    };
    expect(counts([...moments].reverse())).toEqual(counts(moments));
    expect(counts(moments).get('2026-07-06T09:00')).toBe(132);
  });

  test.each(['0 * * * *', '0 8,20 * * *', '15 9 * * 1-5', '0 0 1 * *', '@weekly'])(
    '%s is counted one by one',
    (text) => {
      const handovers = handoversOf(text);
      const [from, to] = [utc('2024-01-01T00:00'), utc('2024-06-01T00:00')];
      const times: number[] = [];
      const cron = parseCron(text, 'UTC', 'handover');
      for (let at = cron.next(from - 1); at !== undefined && at <= to; at = cron.next(at)) times.push(at);
      // Ahead, and back again.
      for (const index of [times.length - 1, 0, Math.floor(times.length / 2), times.length - 2, 1]) {
        expect(handovers.count(times[index] ?? 0)).toBe(index + 1);
        expect(handovers.count((times[index] ?? 0) - 1)).toBe(index);
      }
    },
  );

  test('before the count are none', () => {
    expect(handoversOf('0 9 * * 1').count(utc('2020-01-01T00:00'))).toBe(0);
  });

  test.each([
    ['0 0 30 2 *', 'never'],
    ['*/30 * * * *', 'too_often'],
    ['* * * * *', 'too_often'],
    ['0 * * * *', undefined],
  ])('%s', (text, fault) => {
    const read = parseHandovers(text, 'UTC', 'handover');
    expect(typeof read === 'string' ? read : undefined).toBe(fault);
  });

  test('of no cron schedule are refused', () => {
    expect(() => parseHandovers('mondays', 'UTC', 'handover')).toThrow('handover: "mondays" is not a cron schedule');
  });
});

describe('who is on call', () => {
  const rotation = { people: ['alice', 'bob', 'carol'], handovers: handoversOf('0 9 * * 1', 'Europe/Berlin') };
  const at = (text: string, overrides: readonly Override[] = []) => {
    const { people, since, until } = onCall(rotation, overrides, utc(text));
    return [people.join(), iso(since), iso(until)];
  };
  const override = (person: string, from: string, until: string) => ({ person, from: utc(from), until: utc(until) });

  test('changes at each handover', () => {
    expect(at('2026-07-06T06:59')).toEqual(['carol', '2026-06-29T07:00', '2026-07-06T07:00']);
    expect(at('2026-07-06T07:00')).toEqual(['alice', '2026-07-06T07:00', '2026-07-13T07:00']);
    expect(at('2026-07-13T07:00')).toEqual(['bob', '2026-07-13T07:00', '2026-07-20T07:00']);
  });

  test('is who stands in, for as long', () => {
    const bob = [override('bob', '2026-07-07T10:00', '2026-07-08T10:00')];
    expect(at('2026-07-07T09:59', bob)).toEqual(['alice', '2026-07-06T07:00', '2026-07-07T10:00']);
    expect(at('2026-07-07T10:00', bob)).toEqual(['bob', '2026-07-07T10:00', '2026-07-08T10:00']);
    expect(at('2026-07-08T10:00', bob)).toEqual(['alice', '2026-07-08T10:00', '2026-07-13T07:00']);
  });

  test('is the newest who stands in', () => {
    const both = [
      override('bob', '2026-07-07T00:00', '2026-07-09T00:00'),
      override('dave', '2026-07-08T00:00', '2026-07-08T12:00'),
    ];
    expect(at('2026-07-07T23:59', both)).toEqual(['bob', '2026-07-07T00:00', '2026-07-08T00:00']);
    expect(at('2026-07-08T00:00', both)).toEqual(['dave', '2026-07-08T00:00', '2026-07-08T12:00']);
    expect(at('2026-07-08T12:00', both)[0]).toBe('bob');
  });

  test('may stand in over a handover', () => {
    const long = [override('bob', '2026-07-05T00:00', '2026-07-08T00:00')];
    expect(at('2026-07-06T08:00', long)).toEqual(['bob', '2026-07-05T00:00', '2026-07-08T00:00']);
    expect(at('2026-07-08T00:00', long)).toEqual(['alice', '2026-07-08T00:00', '2026-07-13T07:00']);
  });
});
