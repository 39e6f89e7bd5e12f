import { expect, test } from 'vitest';
import { createWithdraw } from '../../../src/bot/delivery/withdraw.ts';
import { createEventBus } from '../../../src/bot/events/event-bus.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { draft, openQueue, SENT } from '../../queue/support/scripted-queue.ts';

const DAY = 24 * 3_600_000;
const ANA = { user: 'ana', uid: 1001 };

type Box = Awaited<ReturnType<typeof openQueue>>;

/** @param removed every message that is deleted, and every turn that was waited for before */
function withdrawing(box: Box, removed: string[], now: () => number) {
  const { queue, spool, history } = box;
  return createWithdraw({
    queue: {
      ...queue,
      answerTurn: async (lane) => {
        removed.push(`turn of ${lane}`);
      },
    },
    deliveries: spool,
    history,
    async remove(chatId, messageId) {
      removed.push(`${chatId}: ${messageId}`);
      return { kind: 'removed' };
    },
    stopping: new AbortController().signal,
    bus: createEventBus(createLog('silent', [])),
    now,
  });
}

test('of an id that was used again, the newest message is taken back alone, each deletion in its turn', async () => {
  const box = await openQueue(() => SENT);
  await box.queue.accept({ ...draft('in ten days', { id: 'a' }), sendAt: Date.now() + 10 * DAY });
  box.clockAhead(2 * DAY);
  await (await box.queue.accept(draft('at once', { id: 'a', parts: ['one', 'two'] }))).settled;
  const removed: string[] = [];
  const withdraw = withdrawing(box, removed, () => Date.now() + 2 * DAY);
  expect(await withdraw(ANA, 'a')).toEqual([{ to: 'user:ana', status: 'deleted', messageIds: [] }]);
  expect(removed).toEqual(['turn of 1', '1: 7', 'turn of 1', '1: 7']);
  expect(box.queue.queued().map(({ id }) => id)).toEqual(['a']);
});

test('what waits is newer than what was sent under its id, and goes alone', async () => {
  const box = await openQueue(() => SENT);
  await (await box.queue.accept(draft('at once', { id: 'a' }))).settled;
  box.clockAhead(2 * DAY);
  await box.queue.accept({ ...draft('later', { id: 'a' }), sendAt: Date.now() + 10 * DAY });
  const removed: string[] = [];
  const withdraw = withdrawing(box, removed, () => Date.now() + 2 * DAY);
  expect(await withdraw(ANA, 'a')).toEqual([{ to: 'user:ana', status: 'cancelled', messageIds: [] }]);
  expect([removed, box.queue.size()]).toEqual([[], 0]);
});
