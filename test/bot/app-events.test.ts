/** What the whole service tells those who follow it. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, type RunningBotOptions, startBot } from '../support/bot/running-bot.ts';
import { type OpenStream, openStream } from '../support/network/event-stream.ts';
import { waitFor } from '../support/wait-for.ts';

async function followed(options: RunningBotOptions = {}): Promise<{ bot: RunningBot; all: OpenStream }> {
  const bot = await startBot({ links: { ann: 1 }, ...options });
  onTestFinished(() => bot.stop());
  const all = await openStream(bot.settings.socketPath, '/events?all=true');
  onTestFinished(() => all.close());
  await waitFor(() => all.text().startsWith(': open'));
  return { bot, all };
}

const changes = ({ events }: OpenStream) => events.map(({ data }) => data.change);

describe('a message', () => {
  test('makes an event when it is queued and when it is sent, shaped as in the list', async () => {
    const { bot, all } = await followed();
    await bot.send({ user: 'ann', text: 'hello', title: 'T', source: 'rev.py', severity: 'high' });
    const sent = await all.next(({ data }) => data.change === 'sent');
    expect(changes(all)).toEqual(['queued', 'sent']);
    expect(all.events[0]?.data).toMatchObject({ status: 'queued', user: 'ann', text: 'hello', source: 'rev.py' });
    const answer = await bot.client.request('GET', '/messages?user=ann');
    const [listed] = (answer.body as { messages: Record<string, unknown>[] }).messages;
    const { user, change, finished_at: _, delivery_ms: took, ...told } = sent.data;
    expect([user, change]).toEqual(['ann', 'sent']);
    expect(took).toBeGreaterThanOrEqual(0);
    const { finished_at: __, delivery_ms: ___, ...shown } = listed ?? {};
    expect(told).toEqual(shown);
  });

  test('makes an event when it must be retried and when it has failed', async () => {
    const { bot, all } = await followed();
    bot.sandbox.fail({ method: 'sendMessage', answer: 'garbage' });
    await bot.send({ user: 'ann', text: 'later' });
    await all.next(({ data }) => data.change === 'sent');
    expect(changes(all)).toEqual(['queued', 'retrying', 'sent']);
    expect(all.events[1]?.data).toMatchObject({ status: 'queued', attempts: 1, error: expect.stringMatching(/./) });
    expect(all.events[2]?.data).toMatchObject({ status: 'sent', attempts: 1 });
    const description = 'Forbidden: bot was blocked by the user';
    bot.sandbox.fail({ method: 'sendMessage', answer: { error_code: 403, description } });
    await bot.send({ user: 'ann', text: 'never' });
    const failed = await all.next(({ data }) => data.change === 'failed');
    expect(failed.data).toMatchObject({ status: 'failed', text: 'never', error: expect.stringMatching(/blocked/) });
  });

  test('makes an event when it was muted', async () => {
    const { bot, all } = await followed();
    await bot.ask(1, '/mute');
    await bot.send({ user: 'ann', text: 'hush' });
    const muted = await all.next(({ data }) => data.change === 'muted');
    expect(muted.data).toMatchObject({ status: 'muted', text: 'hush' });
    expect(changes(all)).toEqual(['muted']);
  });
});

describe('a link', () => {
  test('makes an event when it is made and when it ends', async () => {
    const { bot, all } = await followed({ links: {} });
    await bot.link('root', 5);
    const linked = await all.next(({ event }) => event === 'link');
    expect(linked.data).toEqual({
      user: 'root',
      linked: true,
      linked_at: expect.stringMatching(/^\d{4}-/),
      chat: { type: 'private', name: expect.any(String) },
    });
    await bot.client.request('POST', '/unlink', { user: 'root' });
    await all.next(({ data }) => data.linked === false);
    expect(all.events.at(-1)?.data).toEqual({ user: 'root', linked: false });
  });
});

describe('with 200 streams open', () => {
  test('a message reaches each soon, and they cost little memory', async () => {
    const { bot } = await followed();
    const before = process.memoryUsage().rss;
    const streams = await Promise.all(
      Array.from({ length: 200 }, () => openStream(bot.settings.socketPath, '/events?user=ann')),
    );
    onTestFinished(() => {
      for (const one of streams) one.close();
    });
    const began = performance.now();
    await bot.send({ user: 'ann', text: 'to all' });
    await waitFor(() => streams.every(({ events }) => events.some(({ data }) => data.change === 'sent')));
    const ms = performance.now() - began;
    const bytes = process.memoryUsage().rss - before;
    // Both ends of each are in this process.
    expect(bytes / 200).toBeLessThan(400_000);
    expect(ms).toBeLessThan(5_000);
    if (process.env.SHOW) console.log(`${Math.round(ms)} ms, ${Math.round(bytes / 200)} bytes each`);
  });
});
