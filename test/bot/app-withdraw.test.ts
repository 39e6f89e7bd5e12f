import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';

const BEN = 202;
const EVE = 303;
const OPS = -1001;
const DAY = 24 * 3_600_000;
let bot: RunningBot;
/** How far Telegram's clock is ahead, ms. */
let ahead = 0;

beforeAll(async () => {
  bot = await startBot({
    people: ['ben', 'eve'],
    links: { ben: BEN, eve: EVE },
    sandbox: { now: () => Date.now() + ahead },
  });
  bot.sandbox.admit(OPS);
  const ben = await bot.people.accounts.byName('ben');
  const { destinations } = openStorage({ dataDir: bot.dataDir });
  const owner = { user: 'ben', uid: ben?.uid };
  await destinations.register({ name: 'ops', chatId: OPS, owner, senders: [], type: 'supergroup', title: 'Ops' });
});
afterAll(() => bot.stop());

const send = (id: string, body: object = {}) => bot.send({ user: 'ben', text: id, id, ...body });
const withdraw = (id: string, user = 'ben') => bot.client.request('DELETE', `/messages/${id}?user=${user}`);
const texts = (chat = BEN) => bot.sandbox.messages(chat).flatMap(({ text, deleted }) => (deleted ? [] : [text]));
const listed = async (id: string) => {
  const { body } = await bot.client.request('GET', '/messages?user=ben');
  return (body as { messages: Record<string, unknown>[] }).messages.filter((message) => message.id === id);
};

describe('a message that is taken back', () => {
  test('is cancelled while it waits', async () => {
    await send('later', { at: '1h' });
    expect(await withdraw('later')).toMatchObject({
      status: 200,
      body: { ok: true, id: 'later', status: 'cancelled' },
    });
    expect(await listed('later')).toMatchObject([{ status: 'cancelled', message_ids: [] }]);
    expect((await bot.client.request('GET', '/status?user=ben')).body).toMatchObject({ queued: 0 });
    // Again, and the request itself again.
    expect(await withdraw('later')).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await send('later', { at: '1h' })).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });

  test('is deleted where it was sent', async () => {
    await send('sent');
    expect(texts()).toContain('sent');
    expect(await withdraw('sent')).toMatchObject({ status: 200, body: { ok: true, id: 'sent', status: 'deleted' } });
    expect(texts()).not.toContain('sent');
    expect(await listed('sent')).toMatchObject([{ status: 'deleted', message_ids: [] }]);
    expect(await withdraw('sent')).toMatchObject({ body: { status: 'deleted' } });
  });

  test('is deleted at all its destinations, with all its parts', async () => {
    const long = Array.from({ length: 300 }, (_, i) => `line ${i} of a long text`).join('\n');
    await send('both', { to: ['user:ben', 'ops'], text: long });
    expect([texts().length > 1, texts(OPS).length > 1]).toEqual([true, true]);
    const { status, body } = await withdraw('both');
    expect([status, body]).toEqual([
      200,
      {
        ok: true,
        id: 'both',
        status: 'deleted',
        deliveries: [
          { to: 'user:ben', status: 'deleted' },
          { to: 'ops', status: 'deleted' },
        ],
      },
    ]);
    expect([...texts(), ...texts(OPS)].filter((text) => text?.startsWith('line '))).toEqual([]);
  });

  test('stays where Telegram keeps it, and is said to', async () => {
    await send('old');
    ahead = 3 * DAY;
    const { status, body } = await withdraw('old');
    expect([status, body]).toEqual([
      422,
      { code: 'refused', id: 'old', error: expect.stringContaining('for 48 hours only') },
    ]);
    ahead = 0;
    expect(texts()).toContain('old');
    expect(await listed('old')).toMatchObject([{ status: 'sent' }]);
  });

  test('that its reader deleted counts as deleted', async () => {
    const { body } = await send('gone');
    const [messageId = 0] = (body as { message_ids: number[] }).message_ids;
    const { url, token } = bot.sandbox;
    await fetch(`${url}/bot${token}/deleteMessage?chat_id=${BEN}&message_id=${messageId}`);
    expect(await withdraw('gone')).toMatchObject({ status: 200, body: { status: 'deleted' } });
  });

  test('can be repeated where Telegram was away', async () => {
    await send('away');
    bot.sandbox.fail({ method: 'deleteMessage', chatId: BEN, times: 1, answer: 'reset' });
    expect(await withdraw('away')).toMatchObject({ status: 503, body: { code: 'telegram_unreachable' } });
    expect(await withdraw('away')).toMatchObject({ status: 200, body: { status: 'deleted' } });
  });

  test('is the owner’s alone', async () => {
    await send('mine');
    expect(await withdraw('mine', 'eve')).toMatchObject({ status: 404, body: { code: 'unknown_message' } });
    expect(await withdraw('nothing')).toMatchObject({ status: 404, body: { code: 'unknown_message' } });
    expect(texts()).toContain('mine');
  });
});
