import { describe, expect, test } from 'vitest';
import { TELEGRAM_LIMITS } from '../../../src/bot/telegram/limits.ts';
import type { Lane } from '../../../src/queue/ports.ts';
import { createSchedule } from '../../../src/queue/schedule/schedule.ts';

interface Gone {
  readonly lane: Lane;
  readonly at: number;
  readonly kind: 'answer' | 'delivery';
}

/** A schedule and what leaves it; deliveries take no time. Lanes below zero are groups. */
function open() {
  const schedule = createSchedule({
    limits: TELEGRAM_LIMITS,
    classOf: (lane) => (lane.startsWith('-') ? 'group' : 'private'),
  });
  const gone: Gone[] = [];
  const answer = (lane: number, at: number) => schedule.answers.add({ lane: String(lane), begin: () => {} }, at);
  const deliver = (lane: number, count: number) => {
    for (let i = 0; i < count; i += 1)
      schedule.add(String(lane), { delivery: `${lane}/${i}`, user: 'ann', cost: 1 }, 0);
  };
  /** Lets everything go that may, in steps of a millisecond. @param more called at each step */
  const play = (untilMs: number, more: (now: number) => void = () => {}) => {
    for (let now = 0; now <= untilMs; now += 1) {
      more(now);
      for (const { lane } of schedule.answers.takeDue(now)) gone.push({ lane, at: now, kind: 'answer' });
      for (let next = schedule.next(now); next.kind === 'go'; next = schedule.next(now)) {
        gone.push({ lane: next.lane, at: now, kind: 'delivery' });
        schedule.finish(next.lane, now);
      }
    }
    return gone;
  };
  return { schedule, answer, deliver, play };
}

const count = (gone: readonly Gone[], kind: Gone['kind']) => gone.filter((one) => one.kind === kind).length;

describe('answers', () => {
  test('take at most a third of the rate, whatever is asked, and deliveries have the rest', () => {
    const { answer, deliver, play } = open();
    for (let lane = 1; lane <= 1000; lane += 1) deliver(lane, 2);
    const gone = play(10_000, (now) => {
      // Fifty chats that ask twenty times a second each.
      if (now % 50 === 0) for (let lane = 2001; lane <= 2050; lane += 1) answer(lane, now);
    });
    expect(count(gone, 'answer')).toBeLessThanOrEqual(103);
    expect(count(gone, 'answer')).toBeGreaterThan(90);
    expect(count(gone, 'delivery')).toBeGreaterThan(180);
    expect(gone.length).toBeLessThanOrEqual(300);
  });

  test('go at once where there is room, and keep the rate of their chat', () => {
    const { answer, play } = open();
    for (let i = 0; i < 5; i += 1) answer(1, 0);
    const times = play(5_000).map(({ at }) => at);
    expect(times).toHaveLength(5);
    expect(times.slice(0, 3).every((at) => at <= 200)).toBe(true);
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThan(1000);
  });

  test('take turns with the deliveries of their chat', () => {
    const { answer, deliver, play } = open();
    deliver(1, 100);
    const gone = play(20_000, (now) => {
      if (now % 200 === 0) answer(1, now);
    });
    const late = gone.slice(-10).map(({ kind }) => kind);
    expect(late.filter((kind) => kind === 'answer')).toHaveLength(5);
  });

  test('in a full group wait for a place, and do not delay those of other chats', () => {
    const { answer, deliver, play } = open();
    deliver(-5, 100);
    const gone = play(40_000, (now) => {
      if (now !== 30_000) return;
      answer(-5, now);
      answer(7, now);
    });
    const answers = gone.filter(({ kind }) => kind === 'answer');
    expect(answers).toEqual([{ lane: '7', at: 30_000, kind: 'answer' }]);
  });

  test('wait while everything is held, and are told when to look again', () => {
    const { schedule, answer } = open();
    expect(schedule.answers.next(0)).toBeUndefined();
    schedule.holdAll(5_000);
    answer(1, 0);
    expect(schedule.answers.takeDue(0)).toEqual([]);
    expect(schedule.answers.next(0)).toBe(5_000);
    expect(schedule.answers.takeDue(5_000)).toHaveLength(1);
  });

  test('that wait no longer are not counted', () => {
    const { schedule } = open();
    const answer = { lane: '1', begin: () => {} };
    schedule.answers.add(answer, 0);
    schedule.answers.remove(answer, 0);
    schedule.answers.remove(answer, 0);
    expect([schedule.answers.takeDue(0), schedule.answers.next(0)]).toEqual([[], undefined]);
  });
});
