import { expect, test } from 'vitest';
import { createTelegramChannel } from '../../../src/bot/telegram/channel.ts';
import { TELEGRAM_LIMITS } from '../../../src/bot/telegram/limits.ts';
import type { Part } from '../../../src/bot/telegram/part.ts';
import { linkedChat } from '../../../src/core/destination.ts';

const part: Part = { kind: 'text', body: { text: 'hello', entities: [] } };
const target = {
  destination: linkedChat('ann', 7),
  files: [],
  charge: () => {},
  signal: new AbortController().signal,
};

test('a delivery waits while no bot is connected, and goes by the one that is', async () => {
  const channel = createTelegramChannel(TELEGRAM_LIMITS);
  const waits = { kind: 'retry', scope: 'network', reason: 'No bot is connected to Telegram.' };
  expect(await channel.send(part, target)).toEqual(waits);
  const disconnect = channel.connect({
    send: async () => ({ kind: 'sent', messageIds: [1] }),
    remove: async () => ({ kind: 'removed' }),
  });
  expect(await channel.send(part, target)).toEqual({ kind: 'sent', messageIds: [1] });
  disconnect();
  expect(await channel.send(part, target)).toEqual(waits);
});

test('the topics of a group share its lane, and its limits', () => {
  const { laneOf, classOf } = createTelegramChannel(TELEGRAM_LIMITS);
  const group = { name: 'ops', chatId: -5 };
  expect(laneOf({ ...group, threadId: 3 })).toBe(laneOf(group));
  expect([classOf(laneOf(group)), classOf(laneOf(linkedChat('ann', 7)))]).toEqual(['group', 'private']);
});
