/** What a page about somebody's messages asks of the whole service. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, type RunningBotOptions, startBot } from '../support/bot/running-bot.ts';
import { png } from '../support/picture.ts';
import { waitFor } from '../support/wait-for.ts';

async function started(options: RunningBotOptions = {}) {
  const bot = await startBot({ links: { ann: 1, ben: 2 }, ...options });
  onTestFinished(() => bot.stop());
  const get = async (path: string) => {
    const { status, body } = await bot.client.request('GET', path);
    return { status, body: body as Record<string, unknown> };
  };
  return { bot, get };
}

/** A request whose answer isn't JSON. */
function bytesOf(bot: RunningBot, path: string): Promise<{ status: number; type: string; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: bot.settings.socketPath, path }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const type = String(response.headers['content-type']);
        resolve({ status: response.statusCode ?? 0, type, bytes: Buffer.concat(chunks) });
      });
    });
    asked.on('error', reject).end();
  });
}

async function photos(bot: RunningBot, ...sizes: number[]): Promise<string[]> {
  const folder = join(bot.dataDir, '..', `photos-${sizes.join('-')}`);
  await mkdir(folder, { recursive: true });
  return Promise.all(
    sizes.map(async (size) => {
      const path = join(folder, `${size}.png`);
      await writeFile(path, png(size, size));
      return path;
    }),
  );
}

const messagesOf = async (get: (path: string) => Promise<{ body: Record<string, unknown> }>, user: string) =>
  (await get(`/messages?user=${user}`)).body.messages as Record<string, unknown>[];

describe('GET /messages/{id}/pictures/{n}', () => {
  test('of a sent album brings each from Telegram', async () => {
    const { bot, get } = await started();
    const photo_paths = await photos(bot, 30, 40, 50);
    const sent = await bot.client.request('POST', '/send_photo', { user: 'ann', photo_paths, id: 'an album/1' });
    expect(sent.status).toBe(200);
    expect(await messagesOf(get, 'ann')).toMatchObject([{ id: 'an album/1', status: 'sent', pictures: 3 }]);
    for (const [n, size] of [30, 40, 50].entries()) {
      const found = await bytesOf(bot, `/messages/an%20album%2F1/pictures/${n}?user=ann`);
      expect([found.status, found.type]).toEqual([200, 'image/png']);
      expect(found.bytes.equals(png(size, size))).toBe(true);
    }
    for (const path of ['/3?user=ann', '/0?user=ben', '/0']) {
      expect((await bytesOf(bot, `/messages/an%20album%2F1/pictures${path}`)).status).toBe(404);
    }
  });

  test('of one that waits, and of one that failed, brings it from the disk', async () => {
    const { bot, get } = await started();
    const [photo_path] = await photos(bot, 60);
    bot.sandbox.fail({ method: 'sendPhoto', chatId: 1, answer: 'hang' });
    await bot.client.request('POST', '/send_photo', { user: 'ann', photo_path, id: 'w', wait: 0 });
    expect(await messagesOf(get, 'ann')).toMatchObject([{ id: 'w', status: 'queued', pictures: 1 }]);
    expect((await bytesOf(bot, '/messages/w/pictures/0?user=ann')).bytes.equals(png(60, 60))).toBe(true);

    const description = 'Forbidden: bot was blocked by the user';
    bot.sandbox.fail({ method: 'sendPhoto', chatId: 2, answer: { error_code: 403, description } });
    await bot.client.request('POST', '/send_photo', { user: 'ben', photo_path, id: 'f' });
    expect(await messagesOf(get, 'ben')).toMatchObject([{ id: 'f', status: 'failed', pictures: 1 }]);
    expect((await bytesOf(bot, '/messages/f/pictures/0?user=ben')).bytes.equals(png(60, 60))).toBe(true);
    for (const name of await readdir(join(bot.dataDir, 'failed'))) {
      if (!name.endsWith('.json')) await rm(join(bot.dataDir, 'failed', name));
    }
    expect((await bytesOf(bot, '/messages/f/pictures/0?user=ben')).status).toBe(404);
  });

  test('of a muted message, of a text and of a document there is none', async () => {
    const { bot, get } = await started();
    await bot.client.request('POST', '/send_document', { user: 'ann', document_path: '/etc/hostname', id: 'd' });
    await bot.send({ user: 'ann', text: 'x', id: 't' });
    await bot.client.request('POST', '/mute', { user: 'ann' });
    const [photo_path] = await photos(bot, 20);
    await bot.client.request('POST', '/send_photo', { user: 'ann', photo_path, id: 'm' });
    expect((await messagesOf(get, 'ann')).map(({ id, pictures }) => [id, pictures])).toEqual([
      ['m', undefined],
      ['t', undefined],
      ['d', undefined],
    ]);
    expect((await messagesOf(get, 'ann')).at(-1)).toMatchObject({
      files: [{ name: 'hostname', size: expect.any(Number) }],
    });
    for (const id of ['m', 't', 'd', 'unknown']) {
      expect((await bytesOf(bot, `/messages/${id}/pictures/0?user=ann`)).status).toBe(404);
    }
  });

  test('of what was sent as a photo and is none, there is no picture but the file’s name', async () => {
    const { bot, get } = await started();
    const [png20 = ''] = await photos(bot, 20);
    const table = join(dirname(png20), 'table.csv');
    await writeFile(table, 'a,b\n1,2\n');
    const photo_paths = [png20, table];
    await bot.client.request('POST', '/send_photo', { user: 'ann', photo_paths, id: 'mixed' });
    expect(await messagesOf(get, 'ann')).toMatchObject([
      { id: 'mixed', status: 'sent', pictures: 1, files: [{ name: 'table.csv', size: 8 }] },
    ]);
  });

  test('while Telegram is away says so, without a word of the token', async () => {
    const { bot } = await started();
    const [photo_path] = await photos(bot, 20);
    await bot.client.request('POST', '/send_photo', { user: 'ann', photo_path, id: 'p' });
    bot.sandbox.fail({ method: 'getFile', answer: 'reset' });
    const away = await bytesOf(bot, '/messages/p/pictures/0?user=ann');
    expect([away.status, JSON.parse(away.bytes.toString()).code]).toEqual([503, 'telegram_unreachable']);
    expect(away.bytes.toString()).not.toContain(bot.settings.token);
    bot.sandbox.fail({ method: 'getFile', answer: { error_code: 400, description: 'Bad Request: wrong file_id' } });
    expect((await bytesOf(bot, '/messages/p/pictures/0?user=ann')).status).toBe(404);
    expect((await bytesOf(bot, '/messages/p/pictures/0?user=ann')).status).toBe(200);
    expect(bot.logged.join('')).not.toContain(bot.settings.token);
  });
});

describe('GET /counts', () => {
  test('counts by day and source what was sent, muted and failed, and how long it took', async () => {
    const { bot, get } = await started();
    for (let n = 0; n < 3; n += 1) await bot.send({ user: 'ann', text: 'x', source: 'rev.py' });
    const description = 'Forbidden: bot was blocked by the user';
    bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: { error_code: 403, description } });
    await bot.send({ user: 'ann', text: 'x', source: 'rev.py' });
    await bot.client.request('POST', '/mute', { user: 'ann' });
    await bot.send({ user: 'ann', text: 'x' });
    await bot.send({ user: 'ben', text: 'x', source: 'rev.py' });
    const [newest] = await messagesOf(get, 'ann');
    const day = String(newest?.finished_at).slice(0, 10);
    const { body } = await get('/counts?user=ann&days=1');
    const took = { p50: expect.any(Number), p95: expect.any(Number) };
    expect(body.days).toEqual([
      { day, source: 'rev.py', sent: 3, muted: 0, failed: 1, delivery_ms: took },
      { day, source: null, sent: 0, muted: 1, failed: 0, delivery_ms: null },
    ]);
    expect((await get('/counts?all=true')).body.days).toMatchObject([{ source: 'rev.py', sent: 4 }, { source: null }]);
    expect((await get('/counts?user=root')).body.days).toEqual([]);
  });
});

test('a name that is used again shows nothing of its former owner’s: messages, counts, pictures', async () => {
  const at = new Date(Date.now() - 60_000).toISOString();
  const line = { id: 'old', delivery: 'd', user: 'root', uid: 77, chat_id: 1, status: 'sent', text: 'x' };
  const more = { accepted_at: at, finished_at: at, message_ids: [1], pictures: 1, file_ids: ['AgAC'] };
  const { bot, get } = await started({
    async beforeStart(dataDir) {
      await mkdir(join(dataDir, 'history'), { recursive: true });
      const path = join(dataDir, 'history', `${at.slice(0, 10)}.jsonl`);
      await writeFile(path, `${JSON.stringify({ ...line, ...more })}\n`);
    },
  });
  const me = process.getuid?.() === 0 ? 'root' : 'nobody-else';
  expect((await get(`/messages?user=${me}`)).body.messages).toEqual([]);
  expect((await get(`/counts?user=${me}`)).body.days).toEqual([]);
  expect((await bytesOf(bot, `/messages/old/pictures/0?user=${me}`)).status).toBe(404);
  expect((await get('/messages?all=true')).body.messages).toMatchObject([{ id: 'old', user: 'root' }]);
});

describe('GET /status', () => {
  test('tells the bot’s name, and until when everything is muted', async () => {
    const { bot, get } = await started();
    const known = { username: expect.stringMatching(/bot$/i), name: expect.stringMatching(/./) };
    await waitFor(async () => (await get('/status?user=ann')).body.bot !== undefined);
    expect((await get('/status?user=ann')).body).toMatchObject({ bot: known, muted_until: null });
    const { body } = await bot.client.request('POST', '/mute', { user: 'ann', for: '2h' });
    expect((await get('/status?user=ann')).body.muted_until).toBe((body as { muted_until: string }).muted_until);
    await bot.client.request('POST', '/mute', { user: 'ben', script: 'rev', for: '2h' });
    expect((await get('/status?user=ben')).body.muted_until).toBeNull();
    await bot.client.request('POST', '/unmute', { user: 'ann' });
    expect((await get('/status?user=ann')).body.muted_until).toBeNull();
    expect((await bot.send({ user: 'ann', text: 'heard' })).body).toMatchObject({ status: 'sent' });
  });
});

describe('what the sysadmin sees', () => {
  test('is who is linked, what waits, and what was given up, to be sent again', async () => {
    const { bot, get } = await started();
    expect((await get('/users')).body.users).toMatchObject([
      { user: 'ann', chat_id: 1, linked_at: expect.any(String), chat: { type: 'private' } },
      { user: 'ben', chat_id: 2 },
    ]);
    const description = 'Forbidden: bot was blocked by the user';
    bot.sandbox.fail({ method: 'sendMessage', chatId: 2, answer: { error_code: 403, description }, times: 2 });
    for (const text of ['one', 'two']) await bot.send({ user: 'ben', text });
    bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: 'hang', times: Number.POSITIVE_INFINITY });
    for (const text of ['a', 'b', 'c']) await bot.send({ user: 'ann', text, wait: 0 });
    expect((await get('/queue?limit=2')).body).toMatchObject({ total: 3, queue: [{ text: 'a' }, { text: 'b' }] });
    const { body } = await get('/failed?limit=1');
    expect(body).toMatchObject({
      total: 2,
      failed: [{ user: 'ben', text: 'two', error: expect.stringMatching(/blocked/) }],
    });
    const [{ delivery }] = body.failed as [{ delivery: string }];
    expect((await bot.client.request('POST', '/retry', { delivery })).status).toBe(200);
    await bot.sandbox.waitFor(({ chat_id, text }) => chat_id === 2 && text === 'two', 30_000);
    await waitFor(async () => (await get('/failed')).body.total === 1);
    const standing = async () => (await messagesOf(get, 'ben')).map(({ text, status }) => `${text} ${status}`);
    await waitFor(async () => (await standing())[0] === 'two sent');
    expect(await standing()).toEqual(['two sent', 'one failed']);
  });
});

describe('POST /test', () => {
  test('sends what /test sends, and answers as /send', async () => {
    const { bot, get } = await started();
    const { status, body } = await bot.client.request('POST', '/test', { user: 'ann' });
    expect([status, body]).toEqual([
      200,
      { ok: true, id: expect.any(String), status: 'sent', message_ids: [expect.any(Number)] },
    ]);
    expect(bot.last(1)).toMatchObject({ method: 'sendPhoto', media: { name: 'test.png' } });
    expect(await messagesOf(get, 'ann')).toMatchObject([{ source: 'test', title: 'It works', pictures: 1 }]);
    const nobody = await bot.client.request('POST', '/test', { user: 'nobody' });
    expect([nobody.status, (nobody.body as { code: string }).code]).toEqual([404, 'not_linked']);
    await waitFor(async () => (await readdir(join(bot.dataDir, 'outbox', 'staging'))).length === 0);
  });
});
