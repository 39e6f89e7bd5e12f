/** What takes as long as the service's own patience; side by side, since all of it is waiting. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startBot } from '../support/running-bot.ts';
import { until } from '../support/until.ts';

describe.concurrent('while Telegram hangs', () => {
  test('a call is broken off after 30 s and tried again, and nobody else waits for it', async ({ onTestFinished }) => {
    const bot = await startBot({ links: { ben: 1, eve: 2 } });
    onTestFinished(() => bot.stop());
    bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: 'hang' });
    await bot.send({ user: 'ben', text: 'after the hang', wait: 0 });
    await until(() => bot.sandbox.calls.list.length > 0);
    expect((await bot.send({ user: 'eve', text: 'meanwhile' })).status).toBe(200);
    await bot.sandbox.waitFor((m) => m.chat_id === 1 && m.text === 'after the hang', 60_000);
    expect(bot.logged.join('')).toContain('Telegram did not answer in time');
  }, 90_000);

  test('an answer without an end is cut off and tried again', async ({ onTestFinished }) => {
    const bot = await startBot({ links: { ben: 1 } });
    onTestFinished(() => bot.stop());
    bot.sandbox.fail({ method: 'sendMessage', answer: 'endless' });
    await bot.send({ user: 'ben', text: 'x', wait: 0 });
    await bot.sandbox.waitFor((m) => m.chat_id === 1, 40_000);
    expect(bot.logged.join('')).toContain('more than 16 MiB');
  }, 60_000);

  test('a stop ends within ten seconds, and what was under way goes out after the next start', async ({
    onTestFinished,
  }) => {
    const bot = await startBot({ links: { ben: 1, eve: 2 } });
    onTestFinished(() => bot.stop());
    await bot.ask(2, '/help');
    const always = Number.POSITIVE_INFINITY;
    bot.sandbox.fail({ method: 'sendMessage', answer: 'hang', times: always });
    const waiting = bot.send({ user: 'ben', text: 'kept', wait: 60_000 });
    bot.sandbox.say(2, '/whoami');
    const hangs = (chatId: number) =>
      bot.sandbox.calls.list.some((call) => call.chatId === chatId && call.status === 0);
    await until(() => hangs(1) && hangs(2));
    bot.sandbox.fail({ answer: 'hang', times: always });
    const began = performance.now();
    await bot.app.stop();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await waiting).toMatchObject({ status: 202, body: { status: 'queued' } });
    expect((await readdir(join(bot.dataDir, 'outbox'))).filter((name) => name.endsWith('.json'))).toHaveLength(1);
    bot.sandbox.clearFaults();
    await bot.restart();
    await bot.sandbox.waitFor((m) => m.text === 'kept', 10_000);
    await bot.sandbox.waitFor((m) => (m.text ?? '').startsWith('You are eve'), 10_000);
  }, 60_000);
});
