import { expect, test } from 'vitest';
import { TELEGRAM_LIMITS } from '../../src/bot/telegram/limits.ts';
import { createAnswerTurns } from '../../src/queue/answer-turns.ts';
import { createSchedule } from '../../src/queue/schedule/schedule.ts';

function open() {
  const schedule = createSchedule({ limits: TELEGRAM_LIMITS, classOf: () => 'private' });
  const stopping = new AbortController();
  return { schedule, stopping, turn: createAnswerTurns(schedule, () => performance.now()) };
}

test('answers get their turn in their order, also those that had to wait', async () => {
  const { turn, stopping } = open();
  const order: number[] = [];
  await Promise.all([1, 2, 3, 4].map((n) => turn('1', stopping.signal).then(() => order.push(n))));
  expect(order).toEqual([1, 2, 3, 4]);
});

test('a stop lets those go that wait, and what comes later', async () => {
  const { schedule, turn, stopping } = open();
  schedule.holdAll(Number.POSITIVE_INFINITY);
  const waiting = [turn('1', stopping.signal), turn('2', stopping.signal)];
  stopping.abort();
  await Promise.all(waiting);
  await turn('3', stopping.signal);
  expect(schedule.answers.next(0)).toBeUndefined();
});
