import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageAnswer } from '../../src/shared/api/answers.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { png } from '../support/picture.ts';

const BEN = 202;
const CLEO = 303;
let bot: RunningBot;

beforeAll(async () => {
  bot = await startBot({ people: ['ben', 'cleo'], links: { ben: BEN, cleo: CLEO } });
});
afterAll(() => bot.stop());

const send = (body: object) => bot.send({ user: 'ben', text: 'x', ...body });
const replace = (key: string, text: string, more: object = {}) => send({ key, text, replace: true, ...more });
const shown = (chat = BEN) => bot.sandbox.messages(chat).filter(({ deleted }) => !deleted);
const idsIn = ({ body }: Awaited<ReturnType<typeof send>>) => (body as { message_ids?: number[] }).message_ids ?? [];
const listed = async () =>
  ((await bot.client.request('GET', '/messages?user=ben')).body as { messages: MessageAnswer[] }).messages;

describe('a message with a key', () => {
  test('is edited by one that replaces it, also after a restart; after its deletion that one is sent', async () => {
    const first = await replace('backup', '10 %');
    expect(first).toMatchObject({ status: 200, body: { status: 'sent' } });
    const [id = 0] = idsIn(first);
    expect(
      idsIn(await replace('backup', '20 %', { title: 'Backup', buttons: [{ text: 'Log', url: 'https://x.org/' }] })),
    ).toEqual([id]);
    await bot.restart();
    expect(idsIn(await replace('backup', '30 %', { severity: 'high' }))).toEqual([id]);
    expect(shown().map(({ message_id, edits }) => [message_id, edits.length])).toEqual([[id, 2]]);
    expect((await listed())[0]).toMatchObject({ status: 'sent', key: 'backup', message_ids: [id] });
    // The same again changes nothing, and has been sent.
    expect(idsIn(await replace('backup', '30 %', { severity: 'high' }))).toEqual([id]);
    const withdrawn = await bot.client.request('DELETE', `/messages/${(await listed())[0]?.id}?user=ben`);
    expect(withdrawn).toMatchObject({ status: 200, body: { status: 'deleted' } });
    const anew = idsIn(await replace('backup', '40 %'));
    expect(anew).not.toEqual([id]);
    expect(shown().map(({ text }) => text)).toEqual(['40 %']);
  });

  test('of each destination is edited there, and those of another source are not', async () => {
    const to = ['user:ben', 'user:cleo'];
    const before = [shown().length, shown(CLEO).length];
    const both = (text: string, more: object = {}) => bot.send({ user: 'ben', to, key: 'both', text, ...more });
    await both('one');
    expect((await both('two', { replace: true })).body).toMatchObject({ status: 'sent' });
    expect([shown().length, shown(CLEO).length]).toEqual(before.map((count) => count + 1));
    expect(shown(CLEO).at(-1)).toMatchObject({ text: 'two', edits: [{ text: 'one' }] });
    await both('three', { replace: true, source: 'other.py' });
    expect(shown(CLEO).at(-1)).toMatchObject({ text: 'three', edits: [] });
  });

  test('may be a picture, whose words alone change where it is the same', async () => {
    const path = join(bot.dataDir, '..', 'chart.png');
    const photo = async (caption: string, width: number) => {
      await writeFile(path, png(width, 20), { mode: 0o644 });
      const body = { user: 'ben', photo_path: path, caption, key: 'chart', replace: true };
      return bot.client.request('POST', '/send_photo', body);
    };
    const ids = [idsIn(await photo('Monday', 20)), idsIn(await photo('Tuesday', 30)), idsIn(await photo('late', 30))];
    expect(new Set(ids.flat()).size).toBe(1);
    expect(shown().at(-1)).toMatchObject({ caption: 'late', media: { width: 30 }, edits: [{}, {}] });
    expect(bot.sandbox.calls.counts).toMatchObject({ editMessageMedia: 1, editMessageCaption: 1 });
  });

  test('is named in a form as well', async () => {
    const upload = (caption: string) =>
      bot.client.upload(
        '/send_document',
        { user: 'ben', caption, key: 'log', replace: 'true' },
        [{ part: 'document', path: join(bot.dataDir, 'telegram_users.json'), name: 'users.json' }],
        {},
      );
    const [first, second] = [await upload('a'), await upload('b')];
    expect([first?.status, idsIn(second)]).toEqual([200, idsIn(first)]);
    expect(shown().at(-1)).toMatchObject({ caption: 'b', media: { kind: 'document' } });
  });

  test('is edited at a later time where that is asked for', async () => {
    const [id = 0] = idsIn(await send({ key: 'later', text: 'now' }));
    const at = new Date(Date.now() + 3_000).toISOString();
    expect(await replace('later', 'then', { at, id: 'at-then' })).toMatchObject({ status: 202, body: { at } });
    await expect.poll(() => shown().find(({ message_id }) => message_id === id)?.text).toBe('then');
    // The same request, repeated.
    await expect.poll(async () => idsIn(await replace('later', 'then', { at, id: 'at-then' }))).toEqual([id]);
  });
});

describe('of a burst', () => {
  test('the newest is sent, and the others are told so', async () => {
    bot.sandbox.fail({
      method: 'sendMessage',
      chatId: BEN,
      answer: { error_code: 500, description: 'Internal Server Error' },
    });
    const first = replace('burst', '0', { id: 'burst-0' });
    await expect.poll(async () => (await listed())[0]?.error).toBeDefined();
    const others = ['1', '2', '3'].map((text) => replace('burst', text, { id: `burst-${text}` }));
    const answers = [await first, ...(await Promise.all(others))];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const statuses = answers.map(({ body }) => (body as { status: string }).status);
    expect(statuses.filter((status) => status === 'sent')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'replaced')).toHaveLength(3);
    expect(shown().filter(({ text }) => ['0', '1', '2', '3'].includes(text ?? ''))).toHaveLength(1);
    expect((await replace('burst', '0', { id: 'burst-0' })).body).toMatchObject({
      status: 'replaced',
      message_ids: [],
    });
    const found = await bot.client.request('GET', '/messages?user=ben&status=replaced');
    expect((found.body as { messages: MessageAnswer[] }).messages).toHaveLength(3);
  });
});

describe('a key', () => {
  test.each([
    [{ replace: true }, /^replace: expected a key beside it/],
    [{ replace: 'yes', key: 'k' }, /^replace: expected true or false, found "yes"\.$/],
    [{ key: '' }, /^key: expected 1 to 128 printable characters, found ""\.$/],
    [{ key: 'x'.repeat(129) }, /^key: expected 1 to 128 printable characters/],
    [{ key: 'a\nb' }, /^key: expected 1 to 128 printable characters/],
    [{ key: 7 }, /^key: expected 1 to 128 printable characters, found 7\.$/],
  ])('is refused in %j', async (body, error) => {
    const { status, body: answer } = await send(body);
    expect([status, answer]).toEqual([400, { code: 'bad_field', error: expect.stringMatching(error) }]);
  });

  test('belongs to the request that an id stands for', async () => {
    await send({ key: 'id-a', id: 'one-id' });
    expect((await send({ key: 'id-a', id: 'one-id' })).status).toBe(200);
    expect((await send({ key: 'id-b', id: 'one-id' })).status).toBe(409);
    expect((await replace('id-a', 'x', { id: 'one-id' })).status).toBe(409);
  });
});

test('what is remembered holds no text', async () => {
  await send({ key: 'secret-key', text: 'a very secret text' });
  const folder = join(bot.dataDir, 'keyed');
  const all = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  expect(all.join()).toContain('secret-key');
  expect(all.join()).not.toContain('very secret');
});
