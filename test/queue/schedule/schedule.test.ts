import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TELEGRAM_LIMITS } from '../../../src/bot/telegram/limits.ts';
import type { Lane } from '../../../src/queue/ports.ts';
import { createSchedule, type Schedule } from '../../../src/queue/schedule/schedule.ts';

/** Lanes of these tests are numbers; those below zero are groups. */
const classOf = (lane: Lane) => (lane.startsWith('-') ? 'group' : 'private');

interface Sent {
  readonly lane: Lane;
  readonly delivery: string;
  readonly at: number;
  readonly cost: number;
}

/** Runs a schedule to its end on a clock of its own; every call takes `latency`. */
function play(schedule: Schedule, from: number, latency = 0, until = from + 86_400_000): Sent[] {
  const sent: Sent[] = [];
  const underWay: Sent[] = [];
  let now = from;
  while (now < until) {
    for (const done of underWay.filter((s) => s.at + latency <= now)) {
      underWay.splice(underWay.indexOf(done), 1);
      schedule.finish(done.lane, now);
    }
    const next = schedule.next(now);
    if (next.kind === 'go') {
      const call = { lane: next.lane, delivery: next.item.delivery, at: now, cost: next.item.cost };
      sent.push(call);
      underWay.push(call);
      continue;
    }
    const ends = underWay.map((s) => s.at + latency);
    const wake = Math.min(...ends, next.kind === 'wait' ? next.until : Number.POSITIVE_INFINITY);
    if (!Number.isFinite(wake)) break;
    now = Math.max(now, wake);
  }
  return sent;
}

/** The most messages that any window of this length saw. */
function peak(sent: readonly Sent[], windowMs: number): number {
  let most = 0;
  for (const first of sent) {
    const inside = sent.filter((s) => s.at >= first.at && s.at < first.at + windowMs);
    most = Math.max(
      most,
      inside.reduce((sum, s) => sum + s.cost, 0),
    );
  }
  return most;
}

function filled(entries: readonly (readonly [number, number, number?])[], now = 0): Schedule {
  const schedule = createSchedule({ limits: TELEGRAM_LIMITS, classOf });
  for (const [lane, count, cost = 1] of entries) {
    for (let i = 0; i < count; i += 1) schedule.add(String(lane), { delivery: `${lane}/${i}`, user: 'ann', cost }, now);
  }
  return schedule;
}

describe('the order', () => {
  test('a lane sends in the order of adding, one at a time', () => {
    const schedule = filled([[1, 5]]);
    const first = schedule.next(0);
    expect(first).toMatchObject({ kind: 'go', item: { delivery: '1/0' } });
    expect(schedule.next(0).kind).not.toBe('go');
    schedule.finish('1', 10);
    expect(play(schedule, 40).map((s) => s.delivery)).toEqual(['1/1', '1/2', '1/3', '1/4']);
  });

  test('a user with a message for a thousand lanes lets others pass after one message', () => {
    const schedule = filled(Array.from({ length: 1000 }, (_, lane) => [lane + 1, 1] as const));
    for (const at of [0, 40]) {
      const next = schedule.next(at);
      schedule.finish(next.kind === 'go' ? next.lane : '', at);
    }
    schedule.add('2001', { delivery: 'of ben', user: 'ben', cost: 1 }, 80);
    schedule.add('2002', { delivery: 'of cal', user: 'cal', cost: 1 }, 80);
    schedule.add('2003', { delivery: 'of cal too', user: 'cal', cost: 1 }, 80);
    const others = play(schedule, 80).slice(0, 6);
    expect(others.map(({ delivery }) => delivery.startsWith('of') && delivery)).toEqual([
      false,
      'of ben',
      'of cal',
      false,
      'of cal too',
      false,
    ]);
  });

  test('a lane with a thousand messages lets one with a single message pass', () => {
    const schedule = filled([[1, 1000]]);
    for (const at of [0, 40]) {
      const next = schedule.next(at);
      expect(next.kind).toBe('go');
      schedule.finish('1', at);
    }
    schedule.add('2', { delivery: 'single', user: 'ann', cost: 1 }, 80);
    expect(schedule.next(80)).toMatchObject({ kind: 'go', lane: '2' });
  });

  test('the lane served longest ago goes first', () => {
    const sent = play(
      filled([
        [1, 3],
        [2, 3],
        [3, 3],
      ]),
      0,
    );
    expect(sent.slice(0, 6).map((s) => s.lane)).toEqual(['1', '2', '3', '1', '2', '3']);
  });

  test('a head that is to go again keeps its place and its time', () => {
    const schedule = filled([[1, 2]]);
    expect(schedule.next(0)).toMatchObject({ item: { delivery: '1/0' } });
    schedule.again('1', 10, 5000);
    expect(schedule.next(10)).toEqual({ kind: 'wait', until: 5000 });
    expect(schedule.next(5000)).toMatchObject({ kind: 'go', item: { delivery: '1/0' } });
  });
});

describe('the limits', () => {
  test('never more than 30 messages leave in any second', () => {
    const sent = play(filled(Array.from({ length: 300 }, (_, i) => [i + 1, 2] as const)), 0, 40);
    expect(sent).toHaveLength(600);
    expect(peak(sent, 1000)).toBeLessThanOrEqual(30);
  });

  test('a broadcast comes within five per cent of what 30 a second allow', () => {
    const sent = play(filled(Array.from({ length: 1000 }, (_, i) => [i + 1, 3] as const)), 0, 40);
    const seconds = (sent.at(-1)?.at ?? 0) / 1000;
    expect(sent).toHaveLength(3000);
    expect(3000 / 30 / seconds).toBeGreaterThan(0.95);
  });

  test('a lane sends three at once and then no more than one a second', () => {
    const sent = play(filled([[1, 20]]), 0);
    expect((sent[2]?.at ?? 0) - (sent[0]?.at ?? 0)).toBeLessThan(150);
    expect(peak(sent.slice(3), 1000)).toBeLessThanOrEqual(1);
  });

  test('a group’s lane sends at most 20 in any minute', () => {
    const sent = play(filled([[-100, 100]]), 0);
    expect(sent).toHaveLength(100);
    expect(peak(sent, 60_000)).toBeLessThanOrEqual(20);
  });

  test('an album counts as many messages as it has pictures', () => {
    const sent = play(filled([[-100, 6, 10]]), 0);
    expect(sent).toHaveLength(6);
    expect(peak(sent, 60_000)).toBeLessThanOrEqual(20);
  });

  test('what went out past the schedule is counted', () => {
    const schedule = filled([[1, 1]]);
    schedule.chargeQuota('1', 3, 0);
    const next = schedule.next(0);
    expect(next.kind).toBe('wait');
    expect(next.kind === 'wait' && next.until).toBeGreaterThan(900);
  });

  test('limits hold for any mix of lanes, groups, albums and latencies', () => {
    const chat = fc.tuple(
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: -5, max: -1 })),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 10 }),
    );
    fc.assert(
      fc.property(
        fc.array(chat, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 500 }),
        (entries, latency) => {
          const sent = play(filled(entries), 0, latency);
          expect(sent).toHaveLength(entries.reduce((sum, [, count]) => sum + count, 0));
          const singles = sent.filter((s) => s.cost === 1);
          expect(peak(singles, 1000)).toBeLessThanOrEqual(30);
          for (const group of new Set(sent.map((s) => s.lane).filter((lane) => classOf(lane) === 'group'))) {
            expect(
              peak(
                sent.filter((s) => s.lane === group),
                60_000,
              ),
            ).toBeLessThanOrEqual(20);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('holding back', () => {
  test('a lane that must wait delays no other', () => {
    const schedule = filled([
      [1, 1],
      [2, 1],
    ]);
    schedule.next(0);
    schedule.again('1', 0, 60_000);
    expect(schedule.next(40)).toMatchObject({ kind: 'go', lane: '2' });
    schedule.finish('2', 41);
    expect(schedule.next(80)).toEqual({ kind: 'wait', until: 60_000 });
  });

  test('holding all stops every lane until then', () => {
    const schedule = filled([
      [1, 1],
      [2, 1],
    ]);
    schedule.holdAll(10_000);
    expect(schedule.next(0)).toEqual({ kind: 'wait', until: 10_000 });
    expect(play(schedule, 10_000)).toHaveLength(2);
  });

  test('what waited for a channel out of reach goes when it answers; what must wait longer does not', () => {
    const schedule = filled([
      [1, 1],
      [2, 1],
    ]);
    schedule.next(0);
    schedule.again('1', 0, 60_000, true);
    schedule.next(100);
    schedule.again('2', 100, 60_000);
    schedule.markOnline(1000);
    expect(schedule.next(1000)).toMatchObject({ kind: 'go', lane: '1' });
    schedule.finish('1', 1001);
    expect(schedule.next(1001)).toEqual({ kind: 'wait', until: 60_000 });
  });

  test('a lane with a new key keeps the order of what waits under both', () => {
    const schedule = filled([
      [-1, 2],
      [-2, 1],
    ]);
    schedule.next(0);
    schedule.again('-1', 0, 0);
    schedule.move('-1', '-2', 0);
    expect(play(schedule, 100).map((s) => `${s.lane}:${s.delivery}`)).toEqual(['-2:-1/0', '-2:-1/1', '-2:-2/0']);
    expect(schedule.size()).toBe(0);
  });
});

test('ten thousand lanes cost about as much a message as ten', () => {
  const time = (chats: number): number => {
    const schedule = createSchedule({ limits: { ...TELEGRAM_LIMITS, perSecond: 1e9 }, classOf });
    for (let i = 0; i < 10_000; i += 1)
      schedule.add(String((i % chats) + 1), { delivery: String(i), user: 'ann', cost: 1 }, 0);
    const started = performance.now();
    let now = 0;
    while (schedule.size() > 0) {
      const next = schedule.next(now);
      if (next.kind === 'go') schedule.finish(next.lane, now);
      else if (next.kind === 'wait') now = next.until;
    }
    return performance.now() - started;
  };
  time(10);
  expect(time(10_000)).toBeLessThan(100 * Math.max(1, time(10)));
});

describe('a turn in which no call was made', () => {
  const limits = { perSecond: 10, perLanePerSecond: 1, laneBurst: 1, perGroup: 1, groupWindow: 60_000 };

  test.each<[string, (schedule: Schedule, lane: Lane, now: number) => void]>([
    ['was settled without one', (schedule, lane, now) => schedule.skip(lane, now)],
    ['stepped aside before', (schedule, lane, now) => schedule.stepAside(lane, now, now + 500_000, true)],
  ])('costs the limits nothing where the delivery %s', (_what, end) => {
    for (const lane of ['1', '-1']) {
      const schedule = createSchedule({ limits, classOf });
      for (const delivery of ['a', 'b', 'c']) schedule.add(lane, { delivery, user: 'ana', cost: 1 }, 0);
      for (const expected of ['a', 'b', 'c']) {
        expect(schedule.next(0)).toMatchObject({ kind: 'go', item: { delivery: expected } });
        if (expected !== 'c') end(schedule, lane, 0);
      }
      schedule.finish(lane, 0);
      // The one that was sent does.
      schedule.add(lane, { delivery: 'd', user: 'ana', cost: 1 }, 0);
      expect(schedule.next(0)).toEqual({ kind: 'wait', until: lane === '1' ? 1000 : 60_000 });
    }
  });
});
