import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RegisteredDestination } from '../../src/core/destination.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { png } from '../support/picture.ts';
import { waitFor } from '../support/wait-for.ts';

const BEN = 202;
const EVE = 303;
const OPS = -1001;
const BOARD = -1002;
let bot: RunningBot;

async function register(name: string, chatId: number, more: Partial<RegisteredDestination> = {}): Promise<void> {
  const ben = await bot.people.accounts.byName('ben');
  const { destinations } = openStorage({ dataDir: bot.dataDir });
  const owner = { user: 'ben', uid: ben?.uid };
  await destinations.register({ name, chatId, owner, senders: [], type: 'supergroup', title: name, ...more });
}

beforeAll(async () => {
  bot = await startBot({ people: ['ben', 'eve'], links: { ben: BEN, eve: EVE } });
  for (const chat of [OPS, BOARD]) bot.sandbox.admit(chat);
  await register('ops', OPS);
  await register('board', BOARD);
});
afterAll(() => bot.stop());

const send = (body: object) => bot.send({ user: 'ben', ...body });
const messagesOf = async (query = '') =>
  ((await bot.client.request('GET', `/messages?user=ben${query}`)).body as { messages: Record<string, unknown>[] })
    .messages;

describe('a notification for several destinations', () => {
  test('arrives at each, and is listed for each', async () => {
    const { status, body } = await send({ id: 'all', text: 'to *all*', to: ['ops', 'board', 'user:ben'] });
    expect(status).toBe(200);
    const ids = [OPS, BOARD, BEN].map((chat) => bot.last(chat)?.message_id);
    expect(body).toEqual({
      ok: true,
      id: 'all',
      status: 'sent',
      deliveries: ['ops', 'board', 'user:ben'].map((to, i) => ({ to, status: 'sent', message_ids: [ids[i]] })),
    });
    for (const chat of [OPS, BOARD, BEN]) expect(bot.last(chat)?.text).toBe('to all');
    const listed = (await messagesOf()).filter(({ id }) => id === 'all');
    expect(listed.map(({ to, status: one }) => [to, one])).toEqual(
      expect.arrayContaining(['ops', 'board', 'user:ben'].map((to) => [to, 'sent'])),
    );
    expect(listed).toHaveLength(3);
  });

  test('with a picture arrives at each', async () => {
    const path = join(bot.dataDir, 'a.png');
    await writeFile(path, png(20, 20), { mode: 0o644 });
    const body = { user: 'ben', photo_path: path, caption: 'chart', to: ['ops', 'board'] };
    const { status } = await bot.client.request('POST', '/send_photo', body);
    expect(status).toBe(200);
    for (const chat of [OPS, BOARD]) expect(bot.last(chat)).toMatchObject({ method: 'sendPhoto', caption: 'chart' });
    expect((await messagesOf('&limit=2')).map(({ pictures }) => pictures)).toEqual([1, 1]);
  });

  test('is muted for a person alone', async () => {
    await bot.client.request('POST', '/mute', { user: 'ben', for: '1h' });
    const { body } = await send({ text: 'hush', to: ['user:ben', 'ops'] });
    expect(body).toMatchObject({ status: 'sent', deliveries: [{ status: 'muted' }, { status: 'sent' }] });
    expect(bot.last(BEN)?.text).not.toBe('hush');
    expect(bot.last(OPS)?.text).toBe('hush');
    await bot.client.request('POST', '/unmute', { user: 'ben' });
  });

  test('is answered the same again, also after a restart, and refused with other destinations', async () => {
    const first = await send({ id: 'twice', text: 'once', to: ['ops', 'board'] });
    expect(await send({ id: 'twice', text: 'once', to: ['ops', 'board'] })).toEqual(first);
    await bot.restart();
    expect(await send({ id: 'twice', text: 'once', to: ['ops', 'board'] })).toEqual(first);
    expect((await send({ id: 'twice', text: 'once', to: ['ops'] })).status).toBe(409);
    expect(bot.sandbox.messages(OPS).filter(({ text }) => text === 'once')).toHaveLength(1);
  });

  test('is answered with what each destination has when the wait is over', async () => {
    bot.sandbox.fail({ method: 'sendMessage', chatId: BOARD, answer: 'garbage', times: Infinity });
    const { status, body } = await send({ text: 'partly', to: ['ops', 'board'], wait: 1000 });
    expect([status, body]).toMatchObject([
      202,
      {
        status: 'queued',
        deliveries: [
          { to: 'ops', status: 'sent' },
          { to: 'board', status: 'queued' },
        ],
      },
    ]);
    bot.sandbox.clearFaults();
    await waitFor(async () => (await messagesOf()).every((message) => message.status !== 'queued'));
    expect(bot.last(BOARD)?.text).toBe('partly');
  });

  test('is stored for none where one is unknown', async () => {
    const before = await messagesOf();
    const { status, body } = await send({ text: 'never', to: ['ops', 'bord'] });
    expect([status, body]).toEqual([
      404,
      { error: 'to: there is no destination bord; did you mean board?', code: 'unknown_destination' },
    ]);
    expect(await messagesOf()).toEqual(before);
  });

  test('fails where the destination ends while it waits', async () => {
    await register('brief', BOARD);
    bot.sandbox.fail({ method: 'sendMessage', answer: 'reset', times: 2 });
    await send({ id: 'late', text: 'late', to: ['brief', 'ops'], wait: 0 });
    await openStorage({ dataDir: bot.dataDir }).destinations.remove('brief');
    bot.sandbox.clearFaults();
    const found = () => messagesOf().then((all) => all.filter(({ id }) => id === 'late'));
    await waitFor(async () => (await found()).every(({ status }) => status !== 'queued'));
    expect(await found()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ to: 'ops', status: 'sent' }),
        expect.objectContaining({ to: 'brief', status: 'failed', error: expect.stringContaining('not registered') }),
      ]),
    );
  });
});

describe('a delivery that fails for good', () => {
  const toldIn = (chat: number, words: RegExp) =>
    waitFor(() => bot.sandbox.messages(chat).find((m) => words.test(m.text ?? '')));
  const reports = (chat: number) => bot.sandbox.messages(chat).filter((m) => m.text?.includes('Not delivered'));

  test('is reported to its sender, once in a while, and the owner is told', async () => {
    const CLOSED = -1003;
    bot.sandbox.admit(CLOSED);
    await register('shared', CLOSED, { senders: ['eve'] });
    bot.sandbox.kick(CLOSED);
    await bot.send({ user: 'eve', text: 'x', to: ['shared'], wait: 0 });
    const told = await toldIn(EVE, /Not delivered to shared/);
    expect(told.text).toMatch(
      /shared: The bot was removed from this group or channel; add it there again, or register another place/,
    );
    await toldIn(BEN, /Nothing can be sent to your destination shared/);
    const { destinations } = openStorage({ dataDir: bot.dataDir });
    expect((await destinations.find('shared'))?.unreachable?.reason).toContain('removed');
    await bot.restart();
    const again = await bot.send({ user: 'eve', text: 'y', to: ['shared', 'user:eve'] });
    expect(again.body).toMatchObject({ status: 'partial', deliveries: [{ status: 'failed', code: 'refused' }, {}] });
    // What fails at another destination is reported, so that the earlier one would have been by then.
    await register('gone', -1004, { senders: ['eve'] });
    bot.sandbox.kick(-1004);
    await bot.send({ user: 'eve', text: 'z', to: 'gone' });
    await toldIn(EVE, /Not delivered to gone/);
    expect(reports(EVE)).toHaveLength(2);
  });

  test('because its topic is closed goes to the group, which says so once, until it is registered again', async () => {
    const FORUM = -1005;
    bot.sandbox.forum(FORUM, 'Forum');
    bot.sandbox.admit(FORUM);
    const disks = bot.sandbox.addTopic(FORUM, 'Disks');
    await register('forum/disks', FORUM, { threadId: disks });
    const said = () => bot.sandbox.messages(FORUM).filter(({ from }) => from === 'bot');
    await send({ text: 'one', to: 'forum/disks' });
    expect(said().at(-1)).toMatchObject({ text: 'one', message_thread_id: disks });
    bot.sandbox.closeTopic(FORUM, disks);
    expect((await send({ text: 'two', to: ['forum/disks', 'user:ben'] })).body).toMatchObject({ status: 'sent' });
    await toldIn(BEN, /Your destination forum\/disks, .* Its topic is closed, so its messages go to the group/);
    await send({ text: 'three', to: 'forum/disks' });
    bot.sandbox.reopenTopic(FORUM, disks);
    await register('forum/disks', FORUM, { threadId: disks });
    await send({ text: 'four', to: 'forum/disks' });
    bot.sandbox.closeTopic(FORUM, disks);
    await send({ text: 'five', to: 'forum/disks' });
    await bot.restart();
    await send({ text: 'six', to: 'forum/disks' });
    const note = expect.stringMatching(
      /The topic of forum\/disks is closed. Its messages come here until it is registered/,
    );
    expect(said().map(({ text, message_thread_id: thread }) => [text, thread])).toEqual([
      ['one', disks],
      [note, undefined],
      ['two', undefined],
      ['three', undefined],
      ['four', disks],
      [note, undefined],
      ['five', undefined],
      ['six', undefined],
    ]);
  });

  test('because the topic of a link is gone goes to the group, also later', async () => {
    const FORUM = -1006;
    bot.sandbox.forum(FORUM, 'Team');
    bot.sandbox.admit(FORUM);
    const topic = bot.sandbox.addTopic(FORUM, 'Alerts');
    const ben = await bot.people.accounts.byName('ben');
    const { links } = openStorage({ dataDir: bot.dataDir });
    await links.link('ben', ben?.uid ?? 0, { id: FORUM, type: 'supergroup', name: 'Team', threadId: topic });
    await send({ text: 'one' });
    bot.sandbox.deleteTopic(FORUM, topic);
    await send({ text: 'two' });
    await waitFor(async () => (await links.find('ben', ben?.uid))?.chat.threadId === undefined);
    await send({ text: 'three' });
    const said = bot.sandbox.messages(FORUM).filter(({ from }) => from === 'bot');
    const note = expect.stringMatching(/The topic of the link of ben does not exist any more/);
    expect(said.map(({ text, message_thread_id: thread }) => [text, thread])).toEqual([
      ['one', topic],
      [note, undefined],
      ['two', undefined],
      ['three', undefined],
    ]);
    await links.link('ben', ben?.uid ?? 0, { id: BEN, type: 'private', name: 'Ben' });
  });
});
