import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTelegramClient } from '../../../../src/bot/telegram/client.ts';
import type { Part } from '../../../../src/bot/telegram/part.ts';
import { renderParts } from '../../../../src/bot/telegram/render/parts.ts';
import { createSend } from '../../../../src/bot/telegram/sending/send.ts';
import type { Outcome } from '../../../../src/core/delivery/outcome.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import type { OutgoingFile } from '../../../../src/queue/ports.ts';
import type { Sandbox, SandboxOptions } from '../../../../src/sandbox/sandbox.ts';
import { openAttachment } from '../../../../src/storage/files/deliveries/reading.ts';
import { startSandbox } from '../../../support/bot/sandbox-client.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { http, rawServer } from '../../../support/network/raw-server.ts';
import { png } from '../../../support/picture.ts';

interface Sender {
  send(part: Part, files?: readonly OutgoingFile[], signal?: AbortSignal): Promise<Outcome>;
  /** Calls beyond the first, as the rate limits heard of them. */
  readonly spent: number[];
}

function senderTo(url: string, token: string, chatId = 7, threadId?: number): Sender {
  const client = createTelegramClient(token, { address: { root: url }, connections: 2, onCall: () => {} });
  onTestFinished(() => client.close());
  const spent: number[] = [];
  const send = createSend(client.api);
  const charge = (messages: number) => void spent.push(messages);
  const destination = { ...linkedChat('ana', chatId), ...(threadId === undefined ? {} : { threadId }) };
  return {
    spent,
    send: (part, files = [], signal = new AbortController().signal) =>
      send(part, { destination, files, charge, signal }),
  };
}

async function withSandbox(options: SandboxOptions = {}): Promise<Sender & { sandbox: Sandbox }> {
  const sandbox = await startSandbox(options);
  return { sandbox, ...senderTo(sandbox.url, sandbox.token) };
}

async function fileOf(name: string, bytes: Buffer): Promise<OutgoingFile & { readonly path: string }> {
  const folder = await temporaryFolder();
  const path = join(folder, 'stored.0');
  await writeFile(path, bytes);
  return { path, name, size: bytes.length, open: () => openAttachment([folder], 'stored', 0) };
}

const text = (body: string): Part => ({ kind: 'text', body: { text: body, entities: [] } });
const refuse = (description: string) => ({ error_code: 400, description: `Bad Request: ${description}` });

describe('a part that Telegram takes', () => {
  test('of each kind is sent once and returns its ids', async () => {
    const { sandbox, send, spent } = await withSandbox();
    const photo = await fileOf('p.png', png(20, 20));
    const sent = [
      await send(text('hello')),
      await send({ kind: 'photo', media: 0, caption: { text: 'c', entities: [] } }, [photo]),
      await send({ kind: 'document', media: 0 }, [photo]),
      await send({ kind: 'album', media: [0, 1] }, [photo, photo]),
      await send({ kind: 'text-file', name: 'message.txt', content: 'ä€😀' }),
    ];
    const ids = sent.flatMap((outcome) => (outcome.kind === 'sent' ? outcome.messageIds : []));
    expect(ids).toEqual(sandbox.messages(7).map((m) => m.message_id));
    // What Telegram calls each file, by its place in the delivery; a text made into a file is none of them.
    const [, one, other, first, second] = sandbox.messages(7).map((m) => m.media?.file_id);
    const named = sent.map((outcome) => (outcome.kind === 'sent' ? outcome.fileIds : undefined));
    expect(named.map((files) => files && [...files])).toEqual([
      undefined,
      [[0, one]],
      [[0, other]],
      [
        [0, first],
        [1, second],
      ],
      undefined,
    ]);
    expect(sandbox.messages(7).map((m) => m.method)).toEqual([
      'sendMessage',
      'sendPhoto',
      'sendDocument',
      'sendMediaGroup',
      'sendMediaGroup',
      'sendDocument',
    ]);
    expect(sandbox.messages(7).at(-1)?.media?.size).toBe(Buffer.byteLength('ä€😀'));
    expect(spent).toEqual([]);
  });

  test('keeps the indentation of its first line', async () => {
    const { sandbox, send } = await withSandbox();
    for (const parseMode of ['Markdown', 'none'] as const) {
      const typed = '    PID TTY\n   1 pts/0';
      const text = parseMode === 'none' ? typed : `\`\`\`\n${typed}\n\`\`\``;
      for (const part of renderParts({ text, parseMode }, [])) await send(part);
    }
    const [code, plain] = sandbox.messages(7);
    const block = code?.entities[0];
    expect(code?.text?.slice(block?.offset)).toBe('    PID TTY\n   1 pts/0');
    expect(plain?.text?.replace('\u200b', '')).toBe('    PID TTY\n   1 pts/0');
  });

  test('arrives without a sound where it is to, of every kind', async () => {
    const { sandbox, send } = await withSandbox();
    const photo = await fileOf('p.png', png(20, 20));
    await send({ ...text('x'), silent: true });
    await send({ kind: 'photo', media: 0, silent: true }, [photo]);
    await send({ kind: 'album', media: [0, 1], silent: true }, [photo, photo]);
    await send({ kind: 'text-file', name: 'm.txt', content: 'x', silent: true });
    expect(sandbox.messages(7).map((m) => m.silent)).toEqual([true, true, true, true, true]);
  });
});

describe('a part that an earlier release stored with a parse mode', () => {
  const plain = { text: 'plain', entities: [] };

  test('is read here, and nothing is left to Telegram to parse', async () => {
    const { sandbox, send } = await withSandbox();
    await send({ kind: 'text', body: { text: '<b>x</b> <foo> &copy;', parseMode: 'HTML', plain } });
    await send({ kind: 'text', body: { text: '*x* v1.2', parseMode: 'MarkdownV2', plain } });
    await send({ kind: 'text', body: { text: `<b>x</b>${'y'.repeat(4096)}`, parseMode: 'HTML', plain } });
    const bold = [{ type: 'bold', offset: 0, length: 1 }];
    expect(sandbox.messages(7).map(({ text, entities }) => ({ text, entities }))).toEqual([
      { text: 'x <foo> ©', entities: bold },
      { text: 'x v1.2', entities: bold },
      { text: 'plain', entities: [] },
    ]);
  });
});

describe('a part that Telegram refuses in one form', () => {
  test('goes in the next simpler one: markup, buttons, image, all of them', async () => {
    const { sandbox, send, spent } = await withSandbox();
    const photo = await fileOf('p.png', png(20, 20));
    sandbox.fail({ method: 'sendPhoto', answer: refuse("can't parse entities: odd") });
    sandbox.fail({ method: 'sendPhoto', answer: refuse('IMAGE_PROCESS_FAILED') });
    const outcome = await send(
      {
        kind: 'photo',
        media: 0,
        caption: { text: 'x', entities: [{ type: 'bold', offset: 0, length: 1 }] },
        buttons: [{ text: 'B', url: 'http://localhost/' }],
      },
      [photo],
    );
    expect(outcome.kind).toBe('sent');
    expect(sandbox.messages(7)).toHaveLength(1);
    expect(sandbox.messages(7)[0]).toMatchObject({ method: 'sendDocument', caption: 'x\nB: http://localhost/' });
    expect(sandbox.messages(7)[0]?.reply_markup).toBeUndefined();
    expect(spent).toEqual([1, 1, 1]);
  });

  test('a text whose entities are refused goes without them', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: refuse("can't parse entities: odd") });
    const entities = [{ type: 'bold' as const, offset: 0, length: 4 }];
    expect((await send({ kind: 'text', body: { text: 'bold text', entities } })).kind).toBe('sent');
    expect(sandbox.messages(7)[0]).toMatchObject({ text: 'bold text' });
    expect(sandbox.messages(7)[0]?.entities ?? []).toEqual([]);
  });

  test.each(['my; rep "x" ü.png', 'x;name="chat_id".bin', 'y;name=chat_id', 'back\\slash.csv', 'two\nlines.txt'])(
    'a file named %j is one quoted name in the upload’s head',
    async (name) => {
      let body = '';
      const server = await rawServer((socket, head) => {
        body += head;
        socket.on('data', (chunk) => {
          body += chunk;
          if (/\r\n--[-\w]+--\r\n/.test(body)) socket.write(http('{"ok":true,"result":{"message_id":1}}'));
        });
      });
      const { send } = senderTo(server.url, '1:x');
      await send({ kind: 'document', media: 0 }, [await fileOf(name, Buffer.from('bytes'))]);
      const [, found = ''] = /;filename="([^"\\\r\n]*)"\r\n/.exec(body) ?? [];
      // The server reads heads byte by byte.
      const decoded = [found, Buffer.from(found, 'latin1').toString('utf8')];
      expect(decoded).toContain(name.replace(/["\\]/g, "'").replace('\n', ' '));
    },
  );

  test('and again in the simpler one, fails with the last reason', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: refuse("can't parse entities: odd"), times: 9 });
    const entities = [{ type: 'bold' as const, offset: 0, length: 1 }];
    const outcome = await send({ kind: 'text', body: { text: 'x', entities } });
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining("can't parse entities") });
    expect(sandbox.calls.counts.sendMessage).toBe(2);
  });

  test('a text with a full 4096 characters loses the refused button rather than its end', async () => {
    const { sandbox, send } = await withSandbox();
    const long = 'x'.repeat(4096);
    await send({ ...text(long), buttons: [{ text: 'B', url: 'http://localhost/' }] } as Part);
    expect(sandbox.messages(7)[0]?.text).toBe(long);
  });

  test('an album goes as documents and is counted again; refused again, it is dead', async () => {
    const { sandbox, send, spent } = await withSandbox();
    const photo = await fileOf('p.png', png(20, 20));
    sandbox.fail({ method: 'sendMediaGroup', answer: refuse('PHOTO_SAVE_FILE_INVALID'), times: 2 });
    const outcome = await send({ kind: 'album', media: [0, 1, 0] }, [photo, photo]);
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('PHOTO_SAVE_FILE_INVALID') });
    expect(spent).toEqual([3]);
  });
});

describe('what the outcome says', () => {
  test('of a file that is gone: dead', async () => {
    const { send } = await withSandbox();
    const photo = await fileOf('p.png', png(20, 20));
    await rm(photo.path);
    expect(await send({ kind: 'document', media: 0 }, [photo])).toMatchObject({ kind: 'failed' });
    expect(await send({ kind: 'document', media: 3 }, [photo])).toMatchObject({ kind: 'failed' });
  });

  test('of a file that is not as long as it was: dead, and nothing of it is sent', async () => {
    const { sandbox, send } = await withSandbox();
    const photo = await fileOf('p.png', png(20, 20));
    await truncate(photo.path, 10);
    const dead = { kind: 'failed', reason: 'Its file in the outbox is damaged.' };
    for (const part of [
      { kind: 'photo', media: 0 },
      { kind: 'document', media: 0 },
      { kind: 'album', media: [0, 0] },
    ] as const)
      expect(await send(part, [photo])).toEqual(dead);
    expect(sandbox.calls.list).toEqual([]);
  });

  test('of a call that was broken off: again', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: 'hang' });
    const stop = new AbortController();
    const outcome = send(text('x'), [], stop.signal);
    setTimeout(() => stop.abort(), 50);
    expect(await outcome).toMatchObject({ kind: 'retry', scope: 'network' });
    const aborted = AbortSignal.abort();
    expect(await send(text('x'), [], aborted)).toMatchObject({ kind: 'retry' });
    expect(sandbox.messages(7)).toEqual([]);
  });

  test.each<[string, unknown, readonly number[]]>([
    ['true', true, []],
    ['null', null, []],
    ['a message without a number', { text: 'x' }, []],
    ['a number that is none', { message_id: 'five' }, []],
    ['a message', { message_id: 5 }, [5]],
  ])('of a yes with %s: sent', async (_what, result, messageIds) => {
    const server = await rawServer((socket) => socket.write(http(JSON.stringify({ ok: true, result }))));
    const { send } = senderTo(server.url, '1:x');
    expect(await send(text('x'))).toEqual({ kind: 'sent', messageIds });
  });

  test.each<[unknown, readonly number[]]>([
    ['text', []],
    [{ message_id: 5 }, []],
    [
      [{ message_id: 5 }, null, { message_id: 6 }],
      [5, 6],
    ],
  ])('of an album’s yes with %j: sent', async (result, messageIds) => {
    const server = await rawServer((socket) => {
      // The whole upload is taken before the answer.
      socket.on('data', (data) => {
        if (data.toString('latin1').endsWith('--\r\n') || data.includes('0\r\n\r\n'))
          socket.write(http(JSON.stringify({ ok: true, result })));
      });
    });
    const { send } = senderTo(server.url, '1:x');
    const photo = await fileOf('p.png', png(4, 4));
    expect(await send({ kind: 'album', media: [0, 1] }, [photo, photo])).toEqual({ kind: 'sent', messageIds });
  });
});
