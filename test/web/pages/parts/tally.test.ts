import { describe, expect, test } from 'vitest';
import type { DayCount } from '../../../../src/shared/api/answers.ts';
import { createEventReader, type ServerEvent, writeEvent } from '../../../../src/web/events/sse.ts';
import { byDay, byScript } from '../../../../src/web/pages/parts/tally.ts';

const count = (day: string, source: string | null, sent: number, rest: Partial<DayCount> = {}): DayCount => ({
  day,
  source,
  sent,
  muted: 0,
  failed: 0,
  delivery_ms: sent === 0 ? null : { p50: 100, p95: 400 },
  ...rest,
});

describe('counts for charts', () => {
  const counts = [
    count('2026-03-01', 'a.py', 3, { failed: 1 }),
    count('2026-03-01', null, 1, { delivery_ms: { p50: 500, p95: 900 } }),
    count('2026-02-27', 'a.py', 0, { muted: 2 }),
  ];

  test('have every day of the period, across the end of a month', () => {
    expect(byDay(counts, 4, '2026-03-01')).toEqual([
      { day: '2026-02-26', sent: 0, muted: 0, failed: 0 },
      { day: '2026-02-27', sent: 0, muted: 2, failed: 0 },
      { day: '2026-02-28', sent: 0, muted: 0, failed: 0 },
      { day: '2026-03-01', sent: 4, muted: 0, failed: 1, typicalMs: 200, slowMs: 900 },
    ]);
  });

  test('list the scripts by number of messages', () => {
    expect(byScript(counts)).toEqual([
      { source: 'a.py', sent: 3, muted: 2, failed: 1 },
      { source: null, sent: 1, muted: 0, failed: 0 },
    ]);
  });
});

describe('server-sent events', () => {
  const read = (...pieces: string[]) => {
    const events: ServerEvent[] = [];
    const take = createEventReader((event) => events.push(event));
    for (const piece of pieces) take(piece);
    return events;
  };
  const event = { event: 'message', id: '7', data: '{"a":1}' };

  test('are parsed as they are written, however they are split', () => {
    const text = `: hello\n\n${writeEvent(event)}${writeEvent({ ...event, event: 'link', id: undefined })}`;
    const whole = read(text);
    expect(whole).toEqual([event, { ...event, event: 'link', id: undefined }]);
    expect(read(...text)).toEqual(whole);
    expect(read(...(text.match(/[\s\S]{1,3}/g) ?? []))).toEqual(whole);
  });

  test('are parsed with all kinds of line ends, also with only an id', () => {
    expect(read('event: link\r\ndata: 1\r\ndata: 2\r\n\r\n')).toEqual([{ event: 'link', id: undefined, data: '1\n2' }]);
    expect(read('id: 5\n\n')).toEqual([{ event: 'message', id: '5', data: '' }]);
  });

  test('without an end are refused', () => {
    expect(() => read('data: '.padEnd(2_000_000, 'x'))).toThrow('too large');
  });
});
