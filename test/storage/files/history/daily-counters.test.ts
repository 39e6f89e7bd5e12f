import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HistoryRecord } from '../../../../src/core/delivery/history-record.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import { createDailyCounters } from '../../../../src/storage/files/history/daily-counters.ts';
import { createLatencyHistogram } from '../../../../src/storage/files/history/latency-histogram.ts';

describe('times', () => {
  test('tell a share’s time to within five per cent', () => {
    const times = fc.array(fc.integer({ min: 1, max: 86_400_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.95), (list, share) => {
        const kept = createLatencyHistogram();
        for (const ms of list) kept.add(ms);
        const sorted = [...list].sort((one, other) => one - other);
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        const told = kept.quantile(share) ?? 0;
        // Half a millisecond more, since it is a whole number.
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.05 + 0.5);
      }),
    );
  });

  test('of none, and of none at all, are known too', () => {
    const times = createLatencyHistogram();
    expect(times.quantile(0.5)).toBeUndefined();
    times.add(0);
    expect(times.quantile(0.95)).toBeLessThanOrEqual(1);
  });
});

describe('a day', () => {
  const record = (more: Partial<HistoryRecord>): HistoryRecord => ({
    id: 'x',
    delivery: 'x',
    user: 'ana',
    uid: 1,
    destination: linkedChat('ana', 1),
    status: 'sent',
    acceptedAt: '',
    finishedAt: '',
    messageIds: [],
    text: '',
    ...more,
  });

  test('counts fifty sources apart, and loses none', () => {
    const tally = createDailyCounters();
    for (let n = 0; n < 1000; n += 1) tally.add(record({ source: `s${n}`, deliveryMs: 5 }));
    const sums = tally.sums({ user: 'ana', uid: 1 });
    expect(sums).toHaveLength(51);
    expect(sums.reduce((sum, { sent }) => sum + sent, 0)).toBe(1000);
    expect(sums.find(({ source }) => source === '…')?.sent).toBe(950);
    expect(tally.sums({ user: 'ana', uid: 2 })).toEqual([]);
    expect(tally.sums({ user: 'ben', uid: 1 })).toEqual([]);
  });

  test('counts a number of sources of all accounts apart, and loses none', () => {
    const tally = createDailyCounters(60);
    for (let n = 0; n < 100; n += 1) {
      for (const uid of [1, 2, 3]) tally.add(record({ uid, source: `s${n}` }));
    }
    const of = [1, 2, 3].map((uid) => tally.sums({ user: 'ana', uid }));
    expect(of.map((sums) => sums.reduce((sum, { sent }) => sum + sent, 0))).toEqual([100, 100, 100]);
    expect(of.flat().length).toBeLessThanOrEqual(63);
    for (const sums of of) expect(sums.length).toBeGreaterThan(15);
  });

  test('puts accounts together only where everybody is asked for', () => {
    const tally = createDailyCounters();
    tally.add(record({ source: 'a' }));
    tally.add(record({ source: 'a', uid: 2, status: 'failed' }));
    tally.add(record({ source: 'a', user: 'ben', status: 'muted' }));
    const of = (whose: Parameters<typeof tally.sums>[0]) =>
      tally.sums(whose).map(({ sent, muted, failed }) => [sent, muted, failed]);
    expect(of('all')).toEqual([[1, 1, 1]]);
    expect(of({ user: 'ana', uid: 1 })).toEqual([[1, 0, 0]]);
    expect(of({ user: 'ana', uid: undefined })).toEqual([[1, 0, 1]]);
  });
});
