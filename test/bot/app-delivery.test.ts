import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxMessage } from '../../src/sandbox/model.ts';
import type { SocketAnswer } from '../../src/shared/http/socket-client.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { png } from '../support/picture.ts';
import { waitFor } from '../support/wait-for.ts';

const BEN = 202;
let bot: RunningBot;

beforeAll(async () => {
  bot = await startBot({ links: { ben: BEN, eve: 303 } });
});
afterAll(() => bot.stop());

/** Sends to ben, who waits for it, and returns what his chat then shows. */
async function shown(body: object): Promise<SandboxMessage> {
  const answer = await bot.send({ user: 'ben', ...body });
  expect(answer).toMatchObject({ status: 200, body: { ok: true, status: 'sent' } });
  const message = bot.last(BEN);
  expect((answer.body as { message_ids: number[] }).message_ids.at(-1)).toBe(message?.message_id);
  if (message === undefined) throw new Error('nothing arrived');
  return message;
}

const idsOf = (answer: SocketAnswer) => (answer.body as { message_ids: number[] }).message_ids;

describe('every field of /send reaches Telegram', () => {
  test('the title is a bold first line and is never parsed', async () => {
    const message = await shown({ title: 'a_b *c* <i>', text: 'body' });
    expect(message.text).toBe('a_b *c* <i>\nbody');
    expect(message.entities).toEqual([{ type: 'bold', offset: 0, length: 11 }]);
  });

  test.each([
    ['info', 'ℹ️', true],
    ['low', '🔵', true],
    ['medium', '🟡', false],
    ['high', '🟠', false],
    ['critical', '🔴', false],
  ])('severity %s leads with %s, and comes without a sound: %s', async (severity, emoji, silent) => {
    const message = await shown({ title: 'T', text: 'body', severity });
    expect(message.text).toBe(`${emoji} T\nbody`);
    expect(message.silent).toBe(silent);
  });

  test.each([
    [true, true],
    [false, false],
    [undefined, false],
  ])('silent %s arrives as %s', async (silent, seen) => {
    expect((await shown({ text: 'hush', ...(silent !== undefined && { silent }) })).silent).toBe(seen);
  });

  test('link previews are off unless asked for, which keeps one-time links unspent', async () => {
    const text = 'log in at https://example.org/once?token=1';
    expect((await shown({ text })).preview).toBeUndefined();
    expect((await shown({ text, link_preview: false })).preview).toBeUndefined();
    expect((await shown({ text, link_preview: true })).preview).toBe('https://example.org/once?token=1');
    const wrong = await bot.send({ user: 'ben', text, link_preview: 'yes' });
    expect(wrong).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^link_preview: /) } });
  });

  test('buttons hang under the message, a row each', async () => {
    const buttons = [
      { text: 'Open', url: 'https://example.org/a?b=c' },
      { text: 'Docs', url: 'https://example.org/docs' },
    ];
    const message = await shown({ text: 'see', buttons });
    expect(message.reply_markup?.inline_keyboard).toEqual(buttons.map((button) => [button]));
  });

  test('a button that Telegram refuses becomes a line of the text, and the message arrives', async () => {
    const message = await shown({ text: 'see', buttons: [{ text: 'Here', url: 'http://localhost:3000/x' }] });
    expect(message.text).toBe('see\nHere: http://localhost:3000/x');
    expect(message.reply_markup).toBeUndefined();
  });

  test('buttons at the limit arrive, and those beyond it are refused with the limit', async () => {
    const buttons = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ text: `${n}`, url: `https://example.org/${'x'.repeat(260)}` }));
    expect((await shown({ text: 'see', buttons: buttons(29) })).reply_markup?.inline_keyboard).toHaveLength(29);
    const refused = await bot.send({ user: 'ben', text: 'see', buttons: buttons(40) });
    expect(refused).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^buttons: .*9000 bytes/) } });
  });

  test('Markdown is the default', async () => {
    const message = await shown({ text: '**bold** and `code` and snake_case_name, 2*3*4' });
    expect(message.text).toBe('bold and code and snake_case_name, 2*3*4');
    expect(message.entities.map(({ type }) => type)).toEqual(['bold', 'code']);
  });

  test.each([
    ['HTML', '<b>big</b> &amp; small', 'big & small', ['bold']],
    ['MarkdownV2', '*big* \\& __small__', 'big & small', ['bold', 'underline']],
    ['none', '*as* <b>typed</b> _all_', '*as* <b>typed</b> _all_', []],
  ])('parse_mode %s is read', async (parse_mode, text, seen, types) => {
    const message = await shown({ text, parse_mode });
    expect(message.text).toBe(seen);
    expect(message.entities.map(({ type }) => type)).toEqual(types);
  });

  test.each([
    ['HTML', 'never closed & <wrong>'],
    ['MarkdownV2', 'a. b! (unescaped) *open'],
  ])('%s that Telegram would refuse arrives with all its words, title and all', async (parse_mode, text) => {
    const message = await shown({ text, parse_mode, title: 'T', severity: 'high' });
    expect(message.text).toBe(`🟠 T\n${text}`);
    expect(message.entities).toEqual([{ type: 'bold', offset: 3, length: 1 }]);
  });

  test('source, severity and title stand in GET /messages; data stays in the history', async () => {
    const id = 'with-everything';
    await shown({ id, title: 'T', text: 'b', source: 'rev.py', severity: 'low', data: { sum: 12 } });
    const { body } = await bot.client.request('GET', '/messages?user=ben&limit=1');
    expect((body as { messages: object[] }).messages[0]).toMatchObject({
      id,
      title: 'T',
      text: 'b',
      source: 'rev.py',
      severity: 'low',
      status: 'sent',
    });
  });
});

describe('a long text', () => {
  test('of several messages arrives whole, in order, buttons under the last', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => `line ${i} of a text that takes several messages`);
    const before = bot.sandbox.messages(BEN).length;
    const answer = await bot.send({
      user: 'ben',
      text: lines.join('\n'),
      buttons: [{ text: 'x', url: 'https://a.b' }],
    });
    const pieces = bot.sandbox.messages(BEN).slice(before);
    expect(pieces.length).toBeGreaterThan(1);
    expect(
      pieces
        .map((m) => m.text)
        .join('\n')
        .split('\n'),
    ).toEqual(lines);
    expect(idsOf(answer)).toEqual(pieces.map((m) => m.message_id));
    expect(pieces.map((m) => m.reply_markup !== undefined)).toEqual(pieces.map((_, i) => i === pieces.length - 1));
  });

  test('of more than five arrives as the first message and the whole as message.txt', async () => {
    const text = Array.from({ length: 1500 }, (_, i) => `row ${i} ${'x'.repeat(40)}`).join('\n');
    const before = bot.sandbox.messages(BEN).length;
    const answer = await bot.send({ user: 'ben', title: 'All', text });
    const [first, file, ...more] = bot.sandbox.messages(BEN).slice(before);
    expect(more).toEqual([]);
    expect(idsOf(answer)).toEqual([first?.message_id, file?.message_id]);
    expect(first?.text).toMatch(/^All\nrow 0 [\s\S]*message\.txt$/);
    expect(file?.media).toMatchObject({ kind: 'document', name: 'message.txt' });
    const reply = await fetch(
      `${bot.sandbox.url}/bot${bot.sandbox.token}/getFile?file_id=${encodeURIComponent(file?.media?.file_id ?? '')}`,
    );
    const { result } = (await reply.json()) as { result: { file_path: string } };
    const whole = await fetch(`${bot.sandbox.url}/file/bot${bot.sandbox.token}/${result.file_path}`);
    expect(await whole.text()).toBe(`All\n\n${text}`);
  });
});

describe('files', () => {
  let folder: string;
  async function file(name: string, bytes: Buffer): Promise<string> {
    folder = join(bot.dataDir, '..', 'files');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  }
  const post = (path: string, body: object) => bot.client.request('POST', path, { user: 'ben', ...body });

  test('a photo by path arrives as a photo with its caption and buttons', async () => {
    const photo_path = await file('chart.png', png(320, 200));
    const buttons = [{ text: 'Open', url: 'https://example.org/' }];
    const answer = await post('/send_photo', {
      photo_path,
      title: 'Chart',
      caption: 'down *12*',
      severity: 'low',
      buttons,
    });
    expect(answer).toMatchObject({ status: 200, body: { status: 'sent' } });
    expect(bot.last(BEN)).toMatchObject({
      method: 'sendPhoto',
      caption: '🔵 Chart\ndown 12',
      silent: true,
      media: { kind: 'photo', name: 'chart.png', width: 320, height: 200 },
      reply_markup: { inline_keyboard: [buttons] },
    });
  });

  test('a photo by form arrives as a photo', async () => {
    const path = await file('up.png', png(64, 64));
    const answer = await bot.client.upload('/send_photo', { user: 'ben', caption: 'by form' }, [
      { part: 'photo', path, name: 'up.png' },
    ]);
    expect(answer).toMatchObject({ status: 200, body: { status: 'sent' } });
    expect(bot.last(BEN)).toMatchObject({ method: 'sendPhoto', caption: 'by form', media: { name: 'up.png' } });
  });

  test('several photos arrive as one album with the caption on the first', async () => {
    const photo_paths = [
      await file('a.png', png(30, 30)),
      await file('b.png', png(40, 40)),
      await file('c.png', png(50, 50)),
    ];
    const before = bot.sandbox.messages(BEN).length;
    const answer = await post('/send_photo', { photo_paths, caption: 'three' });
    const album = bot.sandbox.messages(BEN).slice(before);
    expect(idsOf(answer)).toEqual(album.map((m) => m.message_id));
    expect(album.map((m) => m.media?.name)).toEqual(['a.png', 'b.png', 'c.png']);
    expect(new Set(album.map((m) => m.media_group_id)).size).toBe(1);
    expect(album.map((m) => m.caption)).toEqual(['three', undefined, undefined]);
  });

  test('an album by form arrives as one', async () => {
    const files = await Promise.all(
      ['x.png', 'y.png'].map(async (name) => ({ part: 'photo' as const, path: await file(name, png(20, 20)), name })),
    );
    const answer = await bot.client.upload('/send_photo', { user: 'ben' }, files);
    expect(idsOf(answer)).toHaveLength(2);
    expect(bot.last(BEN)).toMatchObject({ method: 'sendMediaGroup', media: { name: 'y.png' } });
  });

  test('an album with buttons carries them under its words', async () => {
    const photo_paths = [await file('a.png', png(30, 30)), await file('b.png', png(40, 40))];
    const answer = await post('/send_photo', {
      photo_paths,
      caption: 'two',
      buttons: [{ text: 'Go', url: 'https://a.b/' }],
    });
    expect(idsOf(answer)).toHaveLength(3);
    expect(bot.last(BEN)).toMatchObject({ text: 'two', reply_markup: { inline_keyboard: [[{ text: 'Go' }]] } });
  });

  test('a document arrives as a document, by path and by form', async () => {
    const path = await file('report.csv', Buffer.from('a;b\n1;2\n'));
    await post('/send_document', { document_path: path, caption: 'the numbers' });
    expect(bot.last(BEN)).toMatchObject({
      caption: 'the numbers',
      media: { kind: 'document', name: 'report.csv', size: 8 },
    });
    await bot.client.upload('/send_document', { user: 'ben' }, [{ part: 'document', path, name: 'again.csv' }]);
    expect(bot.last(BEN)).toMatchObject({ media: { kind: 'document', name: 'again.csv', size: 8 } });
  });

  test('an image sent as a document stays one', async () => {
    await post('/send_document', { document_path: await file('raw.png', png(10, 10)) });
    expect(bot.last(BEN)?.media).toMatchObject({ kind: 'document', name: 'raw.png' });
  });

  test.each([
    ['larger than 10 MB', 'big.png', () => png(10, 10, 10.5 * 1024 * 1024)],
    ['more than 20 times as wide as high', 'thin.png', () => png(2100, 100)],
    ['more than 10,000 pixels wide and high', 'huge.png', () => png(6000, 4001)],
    ['no image at all', 'lies.png', () => Buffer.from('this is not a picture')],
  ])('a photo that is %s arrives as a document', async (_what, name, make) => {
    const answer = await post('/send_photo', { photo_path: await file(name, make()), caption: 'still here' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'sent' } });
    expect(bot.last(BEN)).toMatchObject({ caption: 'still here', media: { name, kind: 'document' } });
  });

  test('a photo that Telegram cannot process goes again as a document', async () => {
    bot.sandbox.fail({
      method: 'sendPhoto',
      answer: { error_code: 400, description: 'Bad Request: IMAGE_PROCESS_FAILED' },
    });
    await post('/send_photo', { photo_path: await file('odd.png', png(30, 30)), caption: 'c' });
    expect(bot.last(BEN)).toMatchObject({ method: 'sendDocument', caption: 'c', media: { name: 'odd.png' } });
  });

  test('an album with a picture that Telegram cannot process goes again as documents', async () => {
    bot.sandbox.fail({
      method: 'sendMediaGroup',
      answer: {
        error_code: 400,
        description: 'Bad Request: failed to send message #1 with the error message "PHOTO_INVALID_DIMENSIONS"',
      },
    });
    const photo_paths = [await file('a.png', png(30, 30)), await file('b.png', png(40, 40))];
    const answer = await post('/send_photo', { photo_paths, caption: 'c' });
    expect(idsOf(answer)).toHaveLength(2);
    const album = bot.sandbox.messages(BEN).slice(-2);
    expect(album.map((m) => [m.media?.kind, m.caption])).toEqual([
      ['document', 'c'],
      ['document', undefined],
    ]);
  });

  test('a caption over 1024 characters follows its photo as a text', async () => {
    const caption = 'word '.repeat(300).trim();
    const before = bot.sandbox.messages(BEN).length;
    const answer = await post('/send_photo', { photo_path: await file('p.png', png(30, 30)), title: 'T', caption });
    const [photo, text, ...more] = bot.sandbox.messages(BEN).slice(before);
    expect(more).toEqual([]);
    expect(idsOf(answer)).toHaveLength(2);
    expect(photo).toMatchObject({ method: 'sendPhoto' });
    expect(photo?.caption).toBeUndefined();
    expect(text?.text).toBe(`T\n${caption}`);
  });

  test('a part that Telegram refuses is named in the chat, and the parts after it are sent', async () => {
    const before = bot.sandbox.messages(BEN).length;
    bot.sandbox.fail({ method: 'sendPhoto', answer: { error_code: 413, description: 'Request Entity Too Large' } });
    const caption = 'word '.repeat(300).trim();
    const answer = await post('/send_photo', { photo_path: await file('big.png', png(30, 30)), caption });
    expect(answer).toMatchObject({ status: 200, body: { status: 'sent' } });
    const sent = bot.sandbox.messages(BEN).slice(before);
    expect(sent.map((one) => one.text)).toEqual([
      '⚠️ big.png could not be sent: it is larger than Telegram takes.',
      caption,
    ]);
    expect(idsOf(answer)).toEqual(sent.map((one) => one.message_id));
  });

  test('a file without words that Telegram refuses fails, and the next message arrives', async () => {
    const description = 'Bad Request: not enough rights to send documents to the chat';
    bot.sandbox.fail({ method: 'sendDocument', answer: { error_code: 400, description } });
    const answer = await post('/send_document', { document_path: await file('a.bin', Buffer.from('x')) });
    expect(answer).toMatchObject({ status: 422, body: { error: expect.stringContaining('not enough rights') } });
    expect((await shown({ text: 'still linked' })).text).toBe('still linked');
  });

  test('HTML in a caption that Telegram would refuse arrives with all its words', async () => {
    await post('/send_photo', {
      photo_path: await file('p.png', png(30, 30)),
      caption: '<b>oh <no>',
      parse_mode: 'HTML',
    });
    expect(bot.last(BEN)?.caption).toBe('oh <no>');
  });

  test('a file that vanished from the outbox fails for good and says so', async () => {
    bot.sandbox.fail({ method: 'sendDocument', answer: 'garbage', times: Number.POSITIVE_INFINITY });
    const path = await file('gone.txt', Buffer.from('x'));
    const { body } = await post('/send_document', { document_path: path, wait: 0 });
    const { id } = body as { id: string };
    const outbox = join(bot.dataDir, 'outbox');
    await rm(join(outbox, `${id}.0`));
    const failed = await waitFor(async () => {
      const { messages } = (await bot.client.request('GET', '/messages?user=ben')).body as {
        messages: { id: string; status: string; error?: string }[];
      };
      return messages.find((m) => m.id === id && m.status === 'failed');
    });
    bot.sandbox.clearFaults();
    expect(failed.error).toMatch(/file is gone/);
  });

  test('nothing of any of them is left in the outbox', async () => {
    await waitFor(async () =>
      (await readdir(join(bot.dataDir, 'outbox'))).every((name) => /^(staging|corrupt)$/.test(name)),
    );
    expect(await readdir(join(bot.dataDir, 'outbox', 'staging'))).toEqual([]);
  });
});

describe('wait and id', () => {
  test('wait 0 answers 202 before Telegram, and the message follows', async () => {
    bot.sandbox.fail({ method: 'sendMessage', answer: 'slow', ms: 300 });
    const answer = await bot.send({ user: 'ben', text: 'soon', wait: 0 });
    expect(answer).toMatchObject({ status: 202, body: { ok: true, status: 'queued' } });
    await bot.sandbox.waitFor((m) => m.text === 'soon', 30_000);
  });

  test('a wait that runs out answers 202', async () => {
    bot.sandbox.fail({ method: 'sendMessage', answer: 'slow', ms: 600 });
    expect(await bot.send({ user: 'ben', text: 'later', wait: 50 })).toMatchObject({ status: 202 });
    await bot.sandbox.waitFor((m) => m.text === 'later', 30_000);
  });

  test('the same id is sent once, asked one after the other and side by side', async () => {
    const body = { user: 'ben', text: 'once only', id: 'job-1' };
    const answers = await Promise.all([bot.send(body), bot.send(body), bot.send(body)]);
    answers.push(await bot.send(body));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(bot.sandbox.messages(BEN).filter((m) => m.text === 'once only')).toHaveLength(1);
  });

  test('the same id with another body is refused with 409', async () => {
    await bot.send({ user: 'ben', text: 'first', id: 'job-2' });
    const answer = await bot.send({ user: 'ben', text: 'second', id: 'job-2' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'id_conflict' } });
    expect((answer.body as { error: string }).error).toContain('job-2');
  });

  test('another user may use the same id', async () => {
    await bot.send({ user: 'ben', text: 'mine', id: 'job-3' });
    expect(await bot.send({ user: 'eve', text: 'hers', id: 'job-3' })).toMatchObject({ status: 200 });
    expect(bot.last(303)?.text).toBe('hers');
  });
});

describe('refusals', () => {
  test('a user without a link gets 404 with how to link', async () => {
    const answer = await bot.send({ user: 'nobody_yet', text: 'x' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_linked' } });
    expect((answer.body as { error: string }).error).toMatch(/nobody_yet .*\/start/);
  });
});

describe('GET /messages', () => {
  test('lists the newest first, up to the limit, with the state of each', async () => {
    for (const text of ['one', 'two', 'three']) await bot.send({ user: 'eve', text });
    bot.sandbox.fail({ method: 'sendMessage', chatId: 303, answer: 'slow', ms: 500 });
    await bot.send({ user: 'eve', text: 'four', wait: 0 });
    const read = async (limit: number) => {
      const { body } = await bot.client.request('GET', `/messages?user=eve&limit=${limit}`);
      return (body as { messages: { text: string; status: string; message_ids: number[] }[] }).messages;
    };
    expect((await read(3)).map(({ text, status }) => [text, status])).toEqual([
      ['four', 'queued'],
      ['three', 'sent'],
      ['two', 'sent'],
    ]);
    await bot.sandbox.waitFor((m) => m.text === 'four', 30_000);
    const done = await waitFor(async () =>
      (await read(1)).find(({ text, status }) => text === 'four' && status === 'sent'),
    );
    expect(done.message_ids).toEqual([bot.last(303)?.message_id]);
  });
});
