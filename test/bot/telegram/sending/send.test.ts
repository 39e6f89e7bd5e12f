import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTelegramClient } from '../../../../src/bot/telegram/client.ts';
import type { Part } from '../../../../src/bot/telegram/part.ts';
import { partButtons } from '../../../../src/bot/telegram/render/buttons.ts';
import { renderParts } from '../../../../src/bot/telegram/render/parts.ts';
import { createSend } from '../../../../src/bot/telegram/sending/send.ts';
import type { Outcome, ReplacedOutcome, SentOutcome } from '../../../../src/core/delivery/outcome.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import type { OutgoingFile } from '../../../../src/queue/ports.ts';
import type { Sandbox, SandboxOptions } from '../../../../src/sandbox/sandbox.ts';
import { openAttachment } from '../../../../src/storage/files/deliveries/reading.ts';
import { startSandbox } from '../../../support/bot/sandbox-client.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { http, rawServer } from '../../../support/network/raw-server.ts';
import { gif, mp4, png } from '../../../support/picture.ts';

interface Sender {
  /** Sends a part, and, as the queue does, the parts that replace it. */
  send(part: Part, files?: readonly OutgoingFile[], signal?: AbortSignal): Promise<Outcome>;
  /** Sends a part alone. */
  sendOne(part: Part, files?: readonly OutgoingFile[]): Promise<Outcome | ReplacedOutcome<Part>>;
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
    sendOne: (part, files = []) => send(part, { destination, files, charge, signal: new AbortController().signal }),
    async send(part, files = [], signal = new AbortController().signal) {
      const left = [part];
      const outcomes: SentOutcome[] = [];
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const outcome = await send(next, { destination, files, charge, signal });
        if (outcome.kind === 'replaced') left.unshift(...outcome.steps.map((step) => step.part));
        else if (outcome.kind === 'sent') outcomes.push(outcome);
        else return outcome;
      }
      const refusal = outcomes.every(({ inPlaceOf }) => inPlaceOf !== undefined) ? outcomes[0]?.inPlaceOf : undefined;
      if (refusal !== undefined && part.oneOfSeveral !== true) return { kind: 'failed', reason: refusal };
      const fileIds = new Map(outcomes.flatMap((one) => [...(one.fileIds ?? [])]));
      const messageIds = outcomes.flatMap((one) => one.messageIds);
      return { kind: 'sent', messageIds, ...(fileIds.size === 0 ? {} : { fileIds }) };
    },
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

  test('shows a preview of its links only where it is to', async () => {
    const { sandbox, send } = await withSandbox();
    await send(text('see https://x.org/once?token=1 and backup.sh'));
    await send({ ...text('see https://x.org/'), linkPreview: true } as Part);
    expect(sandbox.messages(7).map(({ preview }) => preview)).toEqual([undefined, 'https://x.org/']);
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

  test('an album goes as documents and is counted again; refused again, each file goes by itself', async () => {
    const { sandbox, send, spent } = await withSandbox();
    const photo = await fileOf('p.png', png(20, 20));
    sandbox.fail({ method: 'sendMediaGroup', answer: refuse('PHOTO_SAVE_FILE_INVALID'), times: 2 });
    const caption = { text: 'c', entities: [] };
    const outcome = await send({ kind: 'album', media: [0, 1, 0], caption }, [photo, photo]);
    const sent = sandbox.messages(7);
    expect(sent.map(({ method, caption }) => [method, caption])).toEqual([
      ['sendDocument', 'c'],
      ['sendDocument', undefined],
      ['sendDocument', undefined],
    ]);
    expect(outcome).toMatchObject({ kind: 'sent', messageIds: sent.map((one) => one.message_id) });
    expect(spent).toEqual([3]);
  });
});

describe('a link that Telegram refuses', () => {
  const label = 'the log';
  const url = 'http://host.example/d';
  const entities = [
    { type: 'bold' as const, offset: 0, length: 3 },
    { type: 'text_link' as const, offset: 4, length: label.length, url },
    { type: 'italic' as const, offset: 12, length: 3 },
  ];
  const body = { text: `see ${label} now`, entities };

  test('is written out, and the other formats stay', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: refuse(`entity URL '${url}' is invalid: Wrong port number specified in the URL`) });
    expect((await send({ kind: 'text', body })).kind).toBe('sent');
    const [message] = sandbox.messages(7);
    expect(message?.text).toBe(`see ${label} (${url}) now`);
    expect(message?.entities.filter(({ type }) => type !== 'url')).toEqual([
      { type: 'bold', offset: 0, length: 3 },
      { type: 'italic', offset: 12 + url.length + 3, length: 3 },
    ]);
  });

  test.each([
    "entity URL 'BUTTON_x' is invalid: Wrong HTTP URL",
    'ENTITY_TEXTURL_INVALID',
    "can't parse MessageEntity: odd",
    'entity begins after the end of the text at UTF-16 offset 5',
    'Invalid custom emoji identifier specified',
    "can't parse entities: Character '.' is reserved",
    'USER_INVALID',
    'SOMETHING_NEW_INVALID',
  ])('loses no address, whatever the words of the refusal: %s', async (description) => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: refuse(description), times: 1 });
    await send({ kind: 'text', body });
    expect(sandbox.messages(7).map(({ text }) => text)).toEqual([`see ${label} (${url}) now`]);
  });

  test('in a text without room for its address becomes two messages', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: refuse(`entity URL '${url}' is invalid: odd`) });
    const long = {
      text: `${'word '.repeat(818)}end`,
      entities: [{ type: 'text_link' as const, offset: 4090, length: 3, url }],
    };
    const outcome = await send({ kind: 'text', body: long, buttons: [{ text: 'B', url: 'https://x.org' }] });
    const sent = sandbox.messages(7);
    expect(sent.map(({ text }) => text).join(' ')).toBe(`${long.text} (${url})`);
    expect(sent.map(({ reply_markup }) => reply_markup !== undefined)).toEqual([false, true]);
    expect(outcome).toMatchObject({ kind: 'sent', messageIds: sent.map((one) => one.message_id) });
  });
});

describe('buttons that Telegram refuses', () => {
  test.each([
    'reply markup is too long',
    'BUTTON_URL_INVALID',
    "inline keyboard button URL 'entity' is invalid: Wrong HTTP URL",
  ])('become addresses in the text: %s', async (description) => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: refuse(description) });
    const entities = [{ type: 'bold' as const, offset: 0, length: 1 }];
    await send({ kind: 'text', body: { text: 'x', entities }, buttons: [{ text: 'B', url: 'https://x.org/' }] });
    expect(sandbox.messages(7)).toMatchObject([
      { text: 'x\nB: https://x.org/', entities: [...entities, { type: 'url' }] },
    ]);
    expect(sandbox.messages(7)[0]?.reply_markup).toBeUndefined();
  });
});

describe('buttons of every kind', () => {
  const buttons = partButtons(
    [
      [
        { text: 'Open', url: 'https://x.org/', style: 'primary' },
        { text: 'Copy', copy: 'notify-runner run rev' },
      ],
      [{ text: 'Run', send: '/run rev', style: 'danger' }],
    ],
    { user: 'ana', uid: 1 },
  );
  const part: Part = { kind: 'text', body: { text: 'x', entities: [] }, buttons };

  test('go in their rows', async () => {
    const { sandbox, send } = await withSandbox();
    await send(part);
    expect(sandbox.messages(7)[0]?.reply_markup?.inline_keyboard).toEqual([
      [
        { text: 'Open', url: 'https://x.org/', style: 'primary' },
        { text: 'Copy', copy_text: { text: 'notify-runner run rev' } },
      ],
      [{ text: 'Run', callback_data: expect.stringMatching(/^t:.{4}\/run rev$/), style: 'danger' }],
    ]);
  });

  test('lose their styles where a server knows none of them', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: refuse("can't parse inline keyboard button: invalid button style specified") });
    await send(part);
    const keys = sandbox.messages(7)[0]?.reply_markup?.inline_keyboard?.flat() ?? [];
    expect(keys.map(({ text, style }) => [text, style])).toEqual([
      ['Open', undefined],
      ['Copy', undefined],
      ['Run', undefined],
    ]);
  });

  test('become words where it does not know them at all', async () => {
    const { sandbox, send } = await withSandbox();
    const unknown = refuse("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
    sandbox.fail({ answer: unknown, times: 2 });
    await send(part);
    expect(sandbox.messages(7)).toMatchObject([
      {
        text: 'x\nOpen: https://x.org/\nCopy: notify-runner run rev\nRun: /run rev',
        entities: [{ type: 'url' }, { type: 'code', length: 21 }],
      },
    ]);
    expect(sandbox.messages(7)[0]?.reply_markup).toBeUndefined();
  });
});

describe('what moves', () => {
  test('plays in the chat; refused, it goes as a document', async () => {
    const { sandbox, send } = await withSandbox();
    const files = [await fileOf('a.gif', gif(9, 9, 2)), await fileOf('b.mp4', mp4('isom'))];
    const sent = [
      await send({ kind: 'animation', media: 0, caption: { text: 'c', entities: [] } }, files),
      await send({ kind: 'video', media: 1 }, files),
    ];
    sandbox.fail({ method: 'sendVideo', answer: refuse('not enough rights to send videos to the chat') });
    sent.push(await send({ kind: 'video', media: 1, caption: { text: 'd', entities: [] } }, files));
    const messages = sandbox.messages(7);
    expect(messages.map(({ method, media, caption }) => [method, media?.kind, media?.name, caption])).toEqual([
      ['sendAnimation', 'animation', 'a.gif', 'c'],
      ['sendVideo', 'video', 'b.mp4', undefined],
      ['sendDocument', 'document', 'b.mp4', 'd'],
    ]);
    const named = sent.map((outcome) => (outcome.kind === 'sent' ? [...(outcome.fileIds?.values() ?? [])] : []));
    expect(named).toEqual(messages.map(({ media }) => [media?.file_id]));
  });
});

describe('a file that Telegram refuses', () => {
  const tooLarge = { error_code: 413, description: 'Request Entity Too Large' };
  const nginx = '<html><head><title>413 Request Entity Too Large</title></head></html>';
  const noRights = refuse('not enough rights to send documents to the chat');

  test.each([
    ['is too large', tooLarge, 'it is larger than Telegram takes'],
    [
      'may not be sent in this group',
      noRights,
      'this chat does not let the bot send such files (not enough rights to send documents to the chat)',
    ],
    ['is invalid', refuse('FILE_PARTS_INVALID'), 'Telegram refused it (FILE_PARTS_INVALID)'],
    [
      'is too large for a gateway',
      { status: 413, body: nginx },
      'it is larger than a gateway before the Bot API server takes (413)',
    ],
    ['is refused by a gateway', { status: 415, body: nginx }, 'a gateway before the Bot API server refused it (415)'],
  ])('because it %s leaves its caption, its buttons and a line on the reason', async (_, answer, reason) => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ method: 'sendDocument', answer });
    const entities = [{ type: 'bold' as const, offset: 0, length: 4 }];
    const buttons = [{ text: 'B', url: 'https://x.org/' }];
    const part: Part = { kind: 'document', media: 0, caption: { text: 'Done', entities }, buttons, silent: true };
    const outcome = await send(part, [await fileOf('report.pdf', Buffer.from('%PDF'))]);
    const [message, ...more] = sandbox.messages(7);
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      text: `Done\n\n⚠️ report.pdf could not be sent: ${reason}.`,
      entities: [...entities, { type: 'code', offset: 9, length: 10 }],
      silent: true,
    });
    expect(message?.reply_markup?.inline_keyboard).toEqual([buttons]);
    expect(outcome).toEqual({ kind: 'sent', messageIds: [message?.message_id] });
  });

  test('as a photo and as a document leaves its words', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ method: 'sendPhoto', answer: refuse('not enough rights to send photos to the chat') });
    sandbox.fail({ method: 'sendDocument', answer: noRights });
    await send({ kind: 'photo', media: 0, caption: { text: 'c', entities: [] } }, [await fileOf('p.png', png(9, 9))]);
    expect(sandbox.messages(7)[0]?.text).toMatch(/^c\n\n⚠️ p\.png could not be sent: this chat/);
  });

  test.each([
    [tooLarge, /^The message is larger than Telegram takes \(Request Entity Too Large, 413\); send a smaller file/],
    [
      { status: 413, body: nginx },
      /^The message is larger than a gateway before the Bot API server takes \(413\); send/,
    ],
  ])('alone and without words says why and what helps: %o', async (answer, reason) => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ method: 'sendVideo', answer, times: 2 });
    const outcome = await send({ kind: 'video', media: 0 }, [await fileOf('b.mp4', mp4('isom'))]);
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(reason) });
    // No other form of so large a file is uploaded.
    expect(sandbox.calls.counts.sendDocument ?? 0).toBe(0);
  });

  test('alone and without words fails, and does not make the chat unreachable', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ method: 'sendDocument', answer: noRights });
    const outcome = await send({ kind: 'document', media: 0 }, [await fileOf('a.bin', Buffer.from('x'))]);
    expect(outcome).toMatchObject({ kind: 'failed', unreachable: false });
    expect(sandbox.messages(7)).toEqual([]);
  });

  test('as one part of several is told in the chat, and counts as done', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ method: 'sendDocument', answer: tooLarge });
    const outcome = await send({ kind: 'document', media: 0, oneOfSeveral: true }, [
      await fileOf('a.bin', Buffer.from('x')),
    ]);
    expect(outcome.kind).toBe('sent');
    expect(sandbox.messages(7).map((one) => one.text)).toEqual([
      '⚠️ a.bin could not be sent: it is larger than Telegram takes.',
    ]);
  });

  test('of an album leaves the others; an album of which nothing arrives has failed', async () => {
    const { sandbox, send } = await withSandbox();
    const files = [await fileOf('a.bin', Buffer.from('x')), await fileOf('b.bin', Buffer.from('y'))];
    const part: Part = { kind: 'album', media: [0, 1], as: 'document' };
    sandbox.fail({ method: 'sendMediaGroup', answer: tooLarge, times: 2 });
    sandbox.fail({ method: 'sendDocument', answer: tooLarge });
    expect((await send(part, files)).kind).toBe('sent');
    expect(sandbox.messages(7).map((one) => one.text ?? one.media?.name)).toEqual([
      '⚠️ a.bin could not be sent: it is larger than Telegram takes.',
      'b.bin',
    ]);
    sandbox.fail({ method: 'sendDocument', answer: tooLarge, times: 2 });
    expect(await send(part, files)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('Too Large') });
  });

  test('of an album in a group that takes no files is told in one note, with the caption', async () => {
    const { sandbox, send } = await withSandbox();
    const photo = await fileOf('a.png', png(9, 9));
    const wrapped = (words: string) => refuse(`failed to send message #1 with the error message "${words}"`);
    sandbox.fail({ method: 'sendMediaGroup', answer: wrapped('CHAT_SEND_PHOTOS_FORBIDDEN') });
    sandbox.fail({ method: 'sendMediaGroup', answer: wrapped('CHAT_SEND_DOCS_FORBIDDEN') });
    const part: Part = { kind: 'album', media: [0, 1, 2, 3], caption: { text: 'Four charts', entities: [] } };
    expect((await send(part, [photo, photo, photo, photo])).kind).toBe('sent');
    const texts = sandbox.messages(7).map((one) => one.text);
    expect(texts).toEqual([
      expect.stringMatching(
        /^Four charts\n\n⚠️ a\.png, a\.png, a\.png and 1 more could not be sent: this chat does not let/,
      ),
    ]);
  });

  test('that holds the whole of a long text leaves the text', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ method: 'sendDocument', answer: noRights });
    const long = Array.from({ length: 1500 }, (_, line) => `line ${line} of *all*`).join('\n');
    const parts = renderParts({ text: long, parseMode: 'none', buttons: [{ text: 'B', url: 'https://x.org/' }] }, []);
    for (const part of parts) expect((await send(part)).kind).toBe('sent');
    const [, note = '', ...rest] = sandbox.messages(7).map((one) => one.text ?? '');
    expect(note).toMatch(
      /^⚠️ message\.txt could not be sent: this chat does not let the bot send such files \(.*\)\.\n\nline 0 of/,
    );
    expect([note, ...rest].join('\n').endsWith(long)).toBe(true);
    expect(sandbox.messages(7).at(-1)?.reply_markup).toBeDefined();
  });

  test('of an album becomes parts of their own, which are sent one by one', async () => {
    const { sandbox, sendOne } = await withSandbox();
    const files = [await fileOf('a.bin', Buffer.from('x')), await fileOf('b.bin', Buffer.from('y'))];
    sandbox.fail({ method: 'sendMediaGroup', answer: tooLarge });
    const caption = { text: 'c', entities: [] };
    const outcome = await sendOne({ kind: 'album', media: [0, 1], as: 'document', caption }, files);
    expect(outcome).toEqual({
      kind: 'replaced',
      steps: [
        { part: { kind: 'document', media: 0, oneOfSeveral: true, caption }, cost: 1 },
        { part: { kind: 'document', media: 1, oneOfSeveral: true }, cost: 1 },
      ],
    });
    expect(sandbox.messages(7)).toEqual([]);
  });

  test('because the bot was blocked is no refused file', async () => {
    const { sandbox, send } = await withSandbox();
    sandbox.fail({ answer: { error_code: 403, description: 'Forbidden: bot was blocked by the user' } });
    const caption = { text: 'c', entities: [] };
    const outcome = await send({ kind: 'document', media: 0, caption }, [await fileOf('a.bin', Buffer.from('x'))]);
    expect(outcome).toMatchObject({ kind: 'failed', unreachable: true });
    expect(sandbox.calls.counts.sendMessage).toBeUndefined();
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
    // Only an album says so in the chat: its other files might have arrived.
    expect(sandbox.messages(7).map((one) => one.text)).toEqual(
      Array(2).fill('⚠️ p.png could not be sent: its file in the outbox is damaged.'),
    );
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
