/** Chats that are not linked and write without end, before Telegram's own rates. */
import { expect, onTestFinished, test } from 'vitest';
import { startBot } from '../../../support/bot/running-bot.ts';
import { waitFor } from '../../../support/wait-for.ts';

const STRANGERS = Array.from({ length: 40 }, (_, i) => 1000 + i);
const ANN = 1;

test('do not stop the notifications of others, and get an answer each', { timeout: 120_000 }, async () => {
  const bot = await startBot({ rates: true, links: { ann: ANN, ben: 2 } });
  onTestFinished(() => bot.stop());
  for (let round = 0; round < 15; round += 1) for (const chat of STRANGERS) bot.sandbox.say(chat, `word ${round}`);
  const began = performance.now();
  const sent = [];
  for (let n = 0; n < 5; n += 1) sent.push(await bot.send({ user: 'ann', text: `message ${n}` }));
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  // Two of the five wait a second for their chat.
  expect(performance.now() - began).toBeLessThan(30_000);
  expect((await bot.ask(2, '/whoami')).text).toContain('ben');
  await waitFor(() => STRANGERS.every((chat) => bot.sandbox.messages(chat).length > 0), 60_000);
  await waitFor(() => bot.sandbox.pendingUpdates === 0, 60_000);
  expect(STRANGERS.filter((chat) => bot.sandbox.messages(chat).length > 2)).toEqual([]);
});
