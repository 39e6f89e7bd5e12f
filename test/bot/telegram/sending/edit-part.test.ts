import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTelegramClient } from '../../../../src/bot/telegram/client.ts';
import type { Part } from '../../../../src/bot/telegram/part.ts';
import { createSend } from '../../../../src/bot/telegram/sending/send.ts';
import type { EditableMessage } from '../../../../src/core/delivery/keyed-message.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import type { OutgoingFile } from '../../../../src/queue/ports.ts';
import { startSandbox } from '../../../support/bot/sandbox-client.ts';
import { png } from '../../../support/picture.ts';

const CHAT = 7;

async function start() {
  const sandbox = await startSandbox();
  const client = createTelegramClient(sandbox.token, {
    address: { root: sandbox.url },
    connections: 2,
    onCall: () => {},
  });
  onTestFinished(() => client.close());
  const spent: number[] = [];
  const sendPart = createSend(client.api);
  const signal = new AbortController().signal;
  const destination = linkedChat('ana', CHAT);

  /** @returns the outcome, and what edits its message */
  async function send(part: Part, files: readonly OutgoingFile[] = [], edits?: EditableMessage) {
    const charge = (messages: number) => void spent.push(messages);
    const target = { destination, files, charge, signal, isKeyed: true, ...(edits !== undefined && { edits }) };
    const outcome = await sendPart(part, target);
    const { form = undefined, messageIds = [] } = outcome.kind === 'sent' ? outcome : {};
    const next = form === undefined ? undefined : { messageId: messageIds[0] ?? 0, form };
    return { outcome, ...(next !== undefined && { edits: next }) };
  }

  return { sandbox, spent, send, shown: () => sandbox.messages(CHAT).filter(({ deleted }) => !deleted) };
}

const text = (body: string): Part => ({ kind: 'text', body: { text: body, entities: [] } });
const fileOf = (name: string, bytes: Buffer): OutgoingFile => ({
  name,
  size: bytes.length,
  open: async () => ({ size: bytes.length, stream: Readable.from([bytes]) }),
});
const refuse = (description: string) => ({ error_code: 400, description: `Bad Request: ${description}` });
const caption = (words: string) => ({ text: words, entities: [] });

describe('a text', () => {
  test('edits a text, its format, buttons and preview too, and has its id', async () => {
    const { sandbox, send, spent } = await start();
    const first = await send(text('10 %'));
    const body = { text: '20 % https://x.org/', entities: [{ type: 'bold' as const, offset: 0, length: 4 }] };
    const buttons = [{ text: 'Log', url: 'https://x.org/log' }];
    const second = await send({ kind: 'text', body, buttons, linkPreview: true }, [], first.edits);
    expect(second.outcome).toMatchObject({ kind: 'sent', messageIds: [1], form: { kind: 'text' } });
    expect(sandbox.messages(CHAT)).toMatchObject([
      {
        text: body.text,
        entities: [...body.entities, { type: 'url' }],
        preview: 'https://x.org/',
        reply_markup: { inline_keyboard: [buttons] },
        edits: [{ text: '10 %' }],
      },
    ]);
    await send(text('30 %'), [], second.edits);
    expect(sandbox.messages(CHAT)[0]).not.toHaveProperty('reply_markup');
    expect(spent).toEqual([]);
  });

  test('that the message shows already counts as sent', async () => {
    const { sandbox, send } = await start();
    const { edits } = await send(text('same'));
    expect((await send(text('same'), [], edits)).outcome).toMatchObject({ kind: 'sent', messageIds: [1] });
    expect(sandbox.messages(CHAT)).toMatchObject([{ text: 'same', edits: [] }]);
  });

  test('is made simpler where the edit is refused for a side of it', async () => {
    const { sandbox, send, spent } = await start();
    const { edits } = await send(text('one'));
    sandbox.fail({ method: 'editMessageText', answer: refuse('BUTTON_URL_INVALID') });
    const part: Part = { ...text('two'), buttons: [{ text: 'B', url: 'https://x.org/' }] } as Part;
    expect((await send(part, [], edits)).outcome).toMatchObject({ kind: 'sent', messageIds: [1] });
    expect(sandbox.messages(CHAT)).toMatchObject([{ text: 'two\nB: https://x.org/' }]);
    expect(spent).toEqual([1]);
  });
});

describe('a file', () => {
  test.each(['photo', 'document'] as const)('of the kind %s takes the place of one', async (kind) => {
    const { sandbox, send } = await start();
    const first = await send({ kind, media: 0, caption: caption('old') }, [fileOf('a.png', png(20, 20))]);
    const other = [fileOf('a.png', png(40, 20))];
    const second = await send({ kind, media: 0, caption: caption('new') }, other, first.edits);
    const [message] = sandbox.messages(CHAT);
    expect(message).toMatchObject({
      caption: 'new',
      media: { kind, size: other[0]?.size },
      edits: [{ caption: 'old' }],
    });
    expect(second.outcome).toMatchObject({ messageIds: [1], fileIds: new Map([[0, message?.media?.file_id]]) });
    // The file is there already: only the words go.
    const third = await send({ kind, media: 0, caption: caption('last') }, other, second.edits);
    expect(third.outcome).toMatchObject({ messageIds: [1], fileIds: new Map([[0, message?.media?.file_id]]) });
    expect(sandbox.messages(CHAT)).toMatchObject([{ caption: 'last', media: message?.media }]);
    expect(sandbox.calls.counts).toMatchObject({ editMessageMedia: 1, editMessageCaption: 1 });
    // A document of another name is another one.
    await send({ kind, media: 0 }, [{ ...fileOf('b.png', png(40, 20)) }], third.edits);
    expect(sandbox.calls.counts).toMatchObject({ editMessageMedia: 2 });
    expect(sandbox.messages(CHAT)[0]).not.toHaveProperty('caption');
  });

  test('that is refused as a picture is sent anew as a document', async () => {
    const { sandbox, send } = await start();
    const first = await send({ kind: 'photo', media: 0 }, [fileOf('a.png', png(20, 20))]);
    const wide = [fileOf('b.png', png(9000, 20))];
    expect((await send({ kind: 'photo', media: 0 }, wide, first.edits)).outcome).toMatchObject({
      messageIds: [2],
      form: { kind: 'document' },
    });
    expect(sandbox.messages(CHAT)).toMatchObject([{ media: { kind: 'photo' } }, { media: { kind: 'document' } }]);
  });
});

describe('a message of its own', () => {
  const photo = fileOf('a.png', png(20, 20));

  test.each<[string, Part, Part]>([
    ['a text after a photo', { kind: 'photo', media: 0 }, text('x')],
    ['a photo after a text', text('x'), { kind: 'photo', media: 0 }],
    ['an album', { kind: 'photo', media: 0 }, { kind: 'album', media: [0, 1] }],
    ['a text as a file', { kind: 'document', media: 0 }, { kind: 'text-file', name: 'm.txt', content: 'x' }],
  ])('is %s', async (_what, before, after) => {
    const { send, shown, spent } = await start();
    const { edits } = await send(before, [photo, photo]);
    expect((await send(after, [photo, photo], edits)).outcome.kind).toBe('sent');
    expect(shown().length).toBeGreaterThan(1);
    expect(spent).toEqual([]);
  });

  test('takes the place of one that was deleted, in the same try', async () => {
    const { sandbox, send, shown, spent } = await start();
    const { edits } = await send(text('one'));
    await fetch(`${sandbox.url}/bot${sandbox.token}/deleteMessage?chat_id=${CHAT}&message_id=1`);
    expect((await send(text('two'), [], edits)).outcome).toMatchObject({ kind: 'sent', messageIds: [2] });
    expect(shown()).toMatchObject([{ text: 'two', method: 'sendMessage' }]);
    expect(spent).toEqual([1]);
  });

  test.each([
    "message can't be edited",
    'MESSAGE_ID_INVALID',
    'message identifier is not specified',
    'there is no text in the message to edit',
    'MESSAGE_AUTHOR_REQUIRED',
    'SOMETHING_NEW_INVALID',
  ])('takes the place of one that is refused: %s', async (description) => {
    const { sandbox, send } = await start();
    const { edits } = await send(text('one'));
    sandbox.fail({ method: 'editMessageText', answer: refuse(description) });
    expect((await send(text('two'), [], edits)).outcome).toMatchObject({ kind: 'sent', messageIds: [2] });
  });
});

describe('a failed edit', () => {
  test('waits as Telegram asks', async () => {
    const { sandbox, send } = await start();
    const { edits } = await send(text('one'));
    const answer = { error_code: 429, description: 'Too Many Requests: retry after 7', parameters: { retry_after: 7 } };
    sandbox.fail({ method: 'editMessageText', answer });
    const { outcome } = await send(text('two'), [], edits);
    expect(outcome).toMatchObject({ kind: 'retry', scope: 'rate_limited', after: 7300 });
  });

  test('whose answer was lost is no reason for few further tries', async () => {
    const { sandbox, send } = await start();
    const { edits } = await send(text('one'));
    sandbox.fail({ method: 'editMessageText', answer: 'accept-then-reset' });
    const { outcome } = await send(text('two'), [], edits);
    expect(outcome).toMatchObject({ kind: 'retry' });
    expect(outcome).not.toHaveProperty('unconfirmed');
    expect((await send(text('two'), [], edits)).outcome).toMatchObject({ kind: 'sent', messageIds: [1] });
  });

  test('concerns the chat where the bot was removed from it', async () => {
    const { sandbox, send } = await start();
    const { edits } = await send(text('one'));
    const answer = { error_code: 403, description: 'Forbidden: bot was blocked by the user' };
    sandbox.fail({ method: 'editMessageText', answer });
    expect((await send(text('two'), [], edits)).outcome).toMatchObject({ kind: 'failed', unreachable: true });
    expect(sandbox.messages(CHAT)).toHaveLength(1);
  });
});
