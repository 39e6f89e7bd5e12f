import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { temporaryFolder } from '../support/files/temporary-folder.ts';
import { png } from '../support/picture.ts';
import { waitFor } from '../support/wait-for.ts';

const BEN = 202;
/** Quiet hours around any moment of the test: they end in an hour at the earliest. */
const hour = (ahead: number) => `${new Date(Date.now() + ahead * 3_600_000).toISOString().slice(11, 13)}:00`;
const quietNow = () => `${hour(-2)}-${hour(2)}`;

let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ people: ['ben', 'eve'], links: { ben: BEN } });
  await set({ timezone: 'UTC' });
});
afterAll(() => bot.stop());
afterEach(async () => {
  await set({ quiet: 'off', digest: 'off' });
  await waitFor(async () => (await settings()).held === 0);
});

const set = (change: object) => bot.client.request('POST', '/settings', { user: 'ben', ...change });
const settings = async () =>
  (await bot.client.request('GET', '/settings?user=ben')).body as {
    held: number;
    quiet_until: string | null;
    summary_at: string | null;
  };
const send = (body: object) => bot.send({ user: 'ben', text: 'x', ...body });
const messages = () => bot.sandbox.messages(BEN);
const listed = async () =>
  ((await bot.client.request('GET', '/messages?user=ben')).body as { messages: Record<string, unknown>[] }).messages;
const statusOf = async (id: string) => (await listed()).find((message) => message.id === id)?.status;

describe('in quiet hours', () => {
  test('all but critical messages wait, and one summary tells of them', async () => {
    await set({ quiet: quietNow() });
    const before = messages().length;
    const begun = Date.now();
    expect(await send({ text: 'Used: 91 %', title: 'Disk full', severity: 'high', id: 'disk' })).toMatchObject({
      status: 202,
      body: { status: 'queued', held: true },
    });
    await send({ text: 'The backup is *done*.', id: 'backup' });
    // Nobody waits for what comes in the morning.
    expect(Date.now() - begun).toBeLessThan(9_000);
    expect((await send({ text: 'db1 burns', severity: 'critical' })).body).toMatchObject({ status: 'sent' });
    expect(
      messages()
        .slice(before)
        .map(({ text }) => text),
    ).toEqual(['🔴 db1 burns']);
    expect((await listed()).find(({ id }) => id === 'disk')).toMatchObject({
      status: 'queued',
      held_since: expect.any(String),
    });
    const { held, quiet_until: until, summary_at: at } = await settings();
    expect([held, at]).toEqual([2, until]);

    const summary = bot.next(BEN);
    await set({ quiet: 'off' });
    const { text = '', silent } = await summary;
    expect(text.replaceAll(/\d\d:\d\d/g, '02:10')).toBe(
      '🌙 While it was quiet: 2 messages\n02:10 🟠 Disk full\nUsed: 91 %\n02:10 The backup is done.',
    );
    expect(silent).toBe(false);
    await expect.poll(() => statusOf('disk')).toBe('summarized');
    expect(await statusOf('backup')).toBe('summarized');
    expect(messages()).toHaveLength(before + 2);
  });

  test('a message that is taken back is in no summary', async () => {
    await set({ quiet: quietNow() });
    await send({ text: 'one', id: 'one' });
    await send({ text: 'two', id: 'two' });
    expect((await bot.client.request('DELETE', '/messages/one?user=ben')).body).toMatchObject({ status: 'cancelled' });
    const summary = bot.next(BEN);
    await set({ quiet: 'off' });
    expect((await summary).text).not.toContain('one');
    await expect.poll(() => statusOf('two')).toBe('summarized');
    expect(await statusOf('one')).toBe('cancelled');
  });

  test('a picture follows the summary without a sound, and the newest of a key stands for all', async () => {
    await set({ quiet: quietNow() });
    const picturePath = join(await temporaryFolder(), 'chart.png');
    await writeFile(picturePath, png(20, 10));
    const before = messages().length;
    for (const step of [10, 60, 100]) await send({ text: `${step} %`, key: 'copy', replace: true });
    await bot.client.request('POST', '/test', { user: 'ben' });
    // A test is asked for, and comes at once.
    expect(messages()).toHaveLength(before + 1);
    await bot.client.upload('/send_photo', { user: 'ben', caption: 'The chart' }, [
      { part: 'photo', path: picturePath, name: 'chart.png' },
    ]);
    await set({ quiet: 'off' });
    await waitFor(() => messages().length >= before + 3);
    const [, summary, picture] = messages().slice(before);
    expect(summary?.text).toMatch(/, 3 times 100 %\n/);
    expect(summary?.text).toMatch(/The chart ⤵$/);
    expect([picture?.caption, picture?.silent]).toEqual(['The chart', true]);
  });

  test('a mute counts when the summary comes', async () => {
    await set({ quiet: quietNow() });
    await send({ text: 'from rev', source: 'rev.py', id: 'rev' });
    await send({ text: 'from another', id: 'another' });
    await bot.client.request('POST', '/mute', { user: 'ben', script: 'rev.py' });
    const summary = bot.next(BEN);
    await set({ quiet: 'off' });
    expect((await summary).text).toContain('While it was quiet: 1 message\n');
    await expect.poll(() => statusOf('rev')).toBe('muted');
    await bot.client.request('POST', '/unmute', { user: 'ben' });
  });

  test('a message for later is held when its time comes in quiet hours, and so is one of several destinations', async () => {
    await set({ quiet: quietNow() });
    const before = messages().length;
    await send({ text: 'at its time', at: '200ms', id: 'later' });
    await bot.link('gil', 404);
    const sent = await send({ text: 'to both', to: ['user:ben', 'user:gil'], wait: 0, id: 'both' });
    expect(sent.status).toBe(202);
    await waitFor(() => bot.sandbox.messages(404).at(-1)?.text === 'to both');
    await expect.poll(async () => (await settings()).held).toBe(2);
    expect(messages()).toHaveLength(before);
    const summary = bot.next(BEN);
    await set({ quiet: 'off' });
    expect((await summary).text).toMatch(/at its time\n.*to both$|to both\n.*at its time$/);
    await expect.poll(() => statusOf('later')).toBe('summarized');
  });

  test('what is held survives a restart', async () => {
    await set({ quiet: quietNow() });
    await send({ text: 'before the restart', id: 'before' });
    await bot.restart();
    expect(await settings()).toMatchObject({ held: 1 });
    const summary = bot.next(BEN);
    await set({ quiet: 'off' });
    expect((await summary).text).toContain('before the restart');
    await expect.poll(() => statusOf('before')).toBe('summarized');
  });
});

describe('a digest', () => {
  test('gathers mild messages, and comes without a sound', async () => {
    await set({ digest: '1h' });
    expect((await send({ text: 'all is well', severity: 'info' })).body).toMatchObject({ status: 'queued' });
    expect((await send({ text: 'still well', severity: 'low' })).body).toMatchObject({ status: 'queued' });
    expect((await send({ text: 'look', severity: 'medium' })).body).toMatchObject({ status: 'sent' });
    expect(Date.parse((await settings()).summary_at ?? '') - Date.now()).toBeGreaterThan(3_000_000);
    const digest = bot.next(BEN);
    await set({ digest: 'off' });
    const { text, silent } = await digest;
    expect([text?.split('\n')[0], silent]).toEqual(['📥 Digest: 2 messages', true]);
  });
});

test('what is held for a chat that is unlinked fails, and says why', async () => {
  bot.people.add('una');
  await bot.link('una', 303);
  await bot.client.request('POST', '/settings', { user: 'una', quiet: quietNow(), timezone: 'UTC' });
  await bot.send({ user: 'una', text: 'for una', id: 'una' });
  await bot.client.request('POST', '/unlink', { user: 'una' });
  await expect
    .poll(async () => {
      const { body } = await bot.client.request('GET', '/messages?user=una');
      return (body as { messages: Record<string, unknown>[] }).messages[0];
    })
    .toMatchObject({ status: 'failed', error: 'una is not linked to this chat any more.' });
});

test('if Telegram refuses the summary, each message goes by itself', async () => {
  await set({ quiet: quietNow() });
  await send({ text: 'first', id: 'refused 1' });
  await send({ text: 'second', id: 'refused 2' });
  const before = messages().length;
  bot.sandbox.fail({
    method: 'sendMessage',
    chatId: BEN,
    answer: { error_code: 400, description: 'Bad Request: not enough rights to send text messages to the chat' },
  });
  await set({ quiet: 'off' });
  await waitFor(() => messages().length === before + 2);
  expect(
    messages()
      .slice(before)
      .map(({ text, silent }) => [text, silent]),
  ).toEqual([
    ['first', true],
    ['second', true],
  ]);
  await expect.poll(() => statusOf('refused 2')).toBe('sent');
});

test('with half of the outbox held, the fullest person’s summary comes early', async () => {
  const small = await startBot({ people: ['ben', 'eve'], links: { ben: 1, eve: 2 }, settings: { outboxMax: 20 } });
  onTestFinished(() => small.stop());
  for (const user of ['ben', 'eve']) {
    await small.client.request('POST', '/settings', { user, timezone: 'UTC', quiet: quietNow() });
  }
  for (let n = 0; n < 8; n += 1) await small.send({ user: 'ben', text: `b${n}` });
  for (let n = 0; n < 3; n += 1) await small.send({ user: 'eve', text: `e${n}` });
  await waitFor(() => small.sandbox.messages(1).length === 1);
  expect(small.sandbox.messages(1)[0]).toMatchObject({ silent: true, text: expect.stringContaining('8 messages') });
  expect(small.sandbox.messages(2)).toEqual([]);
});

test('/status says that it is quiet, and what is held', async () => {
  await set({ quiet: quietNow() });
  await send({ text: 'x' });
  expect((await bot.ask(BEN, '/status')).text).toMatch(/\n🌙 Quiet until .+\n1 held back for a summary$/);
});
