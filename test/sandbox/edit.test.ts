import { describe, expect, test } from 'vitest';
import { call, png, startSandbox, upload } from '../support/bot/sandbox-client.ts';

const keyboard = { inline_keyboard: [[{ text: 'Run', callback_data: 'run' }]] };

describe('a message', () => {
  test('keeps its earlier versions when edited, and loses its buttons unless they are sent again', async () => {
    const sandbox = await startSandbox();
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'one', reply_markup: keyboard });
    const reply = await call(sandbox, 'editMessageText', { chat_id: 7, message_id: 1, text: 'two' });
    expect(reply.result).toMatchObject({ text: 'two', edit_date: expect.any(Number) });
    expect(sandbox.messages()).toMatchObject([{ text: 'two', edits: [{ text: 'one', reply_markup: keyboard }] }]);
    expect(sandbox.messages()[0]?.reply_markup).toBeUndefined();
  });

  test('is not modified by an edit with the same content', async () => {
    const sandbox = await startSandbox();
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'one', reply_markup: keyboard });
    const edit = { chat_id: 7, message_id: 1, text: 'one', reply_markup: keyboard };
    expect((await call(sandbox, 'editMessageText', edit)).description).toMatch(
      /^Bad Request: message is not modified: /,
    );
    expect((await call(sandbox, 'editMessageReplyMarkup', { chat_id: 7, message_id: 1 })).ok).toBe(true);
    expect((await call(sandbox, 'editMessageReplyMarkup', { chat_id: 7, message_id: 1 })).ok).toBe(false);
  });

  test('with a file has a caption and no text', async () => {
    const sandbox = await startSandbox();
    await upload(sandbox, 'sendPhoto', { chat_id: '7', photo: { name: 'a.png', data: png(10, 10) } });
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'text' });
    const photo = { chat_id: 7, message_id: 1 };
    const text = { chat_id: 7, message_id: 2 };
    expect((await call(sandbox, 'editMessageCaption', { ...photo, caption: 'c' })).ok).toBe(true);
    expect((await call(sandbox, 'editMessageText', { ...photo, text: 'c' })).description).toBe(
      'Bad Request: there is no text in the message to edit',
    );
    expect((await call(sandbox, 'editMessageCaption', { ...text, caption: 'c' })).description).toBe(
      'Bad Request: there is no caption in the message to edit',
    );
  });

  test('gets another file, and a text gets one', async () => {
    const sandbox = await startSandbox();
    await upload(sandbox, 'sendPhoto', { chat_id: '7', caption: 'old', photo: { name: 'a.png', data: png(10, 10) } });
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'text' });
    const first = sandbox.messages()[0]?.media;
    const edit = (message_id: string, type: string, more: object = {}) =>
      upload(sandbox, 'editMessageMedia', {
        ...{ chat_id: '7', message_id, file: { name: 'b.png', data: png(20, 20) } },
        media: JSON.stringify({ type, media: 'attach://file', ...more }),
      });
    const bold = [{ type: 'bold', offset: 0, length: 3 }];
    expect((await edit('1', 'photo', { caption: 'new', caption_entities: bold })).ok).toBe(true);
    expect((await edit('2', 'document')).ok).toBe(true);
    expect(sandbox.messages()).toMatchObject([
      {
        caption: 'new',
        entities: bold,
        media: { kind: 'photo', width: 20 },
        edits: [{ caption: 'old', media: first }],
      },
      { media: { kind: 'document', name: 'b.png' }, edits: [{ text: 'text' }] },
    ]);
    expect(sandbox.messages()[1]).not.toHaveProperty('text');
    // Its own file again, by its id.
    const media = {
      type: 'photo',
      media: sandbox.messages()[0]?.media?.file_id,
      caption: 'new',
      caption_entities: bold,
    };
    const again = await call(sandbox, 'editMessageMedia', { chat_id: 7, message_id: 1, media });
    expect(again.description).toMatch(/^Bad Request: message is not modified: /);
    expect((await edit('1', 'sticker')).description).toBe(
      'Bad Request: can\'t parse InputMedia: type "sticker" is unsupported',
    );
    expect((await call(sandbox, 'editMessageMedia', { chat_id: 7, message_id: 1, media: '{' })).description).toBe(
      "Bad Request: can't parse input media JSON object",
    );
  });

  test('of an album keeps its kind', async () => {
    const sandbox = await startSandbox();
    const media = JSON.stringify(['a', 'b'].map((name) => ({ type: 'photo', media: `attach://${name}` })));
    const file = { name: 'a.png', data: png(10, 10) };
    await upload(sandbox, 'sendMediaGroup', { chat_id: '7', media, a: file, b: file });
    const edit = await upload(sandbox, 'editMessageMedia', {
      ...{ chat_id: '7', message_id: '1', file },
      media: JSON.stringify({ type: 'document', media: 'attach://file' }),
    });
    expect(edit.description).toBe("Bad Request: can't change media type in the album");
  });

  test('cannot be edited if it is deleted, unknown or not the bot’s own', async () => {
    const sandbox = await startSandbox();
    sandbox.say(7, 'mine');
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'x' });
    expect((await call(sandbox, 'deleteMessage', { chat_id: 7, message_id: 2 })).result).toBe(true);
    const edit = async (message_id: number) =>
      (await call(sandbox, 'editMessageText', { chat_id: 7, message_id, text: 'y' })).description;
    expect(await edit(2)).toBe('Bad Request: message to edit not found');
    expect(await edit(99)).toBe('Bad Request: message to edit not found');
    expect(await edit(1)).toBe("Bad Request: message can't be edited");
    expect(await edit(0)).toBe('Bad Request: message identifier is not specified');
    expect((await call(sandbox, 'deleteMessage', { chat_id: 7, message_id: 2 })).description).toBe(
      'Bad Request: message to delete not found',
    );
    expect(sandbox.messages()[0]?.deleted).toBe(true);
  });
});

describe('commands', () => {
  test('are set, read by scope and deleted', async () => {
    const sandbox = await startSandbox();
    const commands = [{ command: 'start', description: 'Link' }];
    await call(sandbox, 'setMyCommands', { commands });
    await call(sandbox, 'setMyCommands', { commands: [], scope: { type: 'chat', chat_id: 7 } });
    expect((await call(sandbox, 'getMyCommands')).result).toEqual(commands);
    expect((await call(sandbox, 'getMyCommands', { scope: { type: 'chat', chat_id: 7 } })).result).toEqual([]);
    expect(sandbox.commands).toEqual(commands);
    await call(sandbox, 'deleteMyCommands');
    expect((await call(sandbox, 'getMyCommands')).result).toEqual([]);
  });

  test.each([
    [{ command: 'Start', description: 'x' }, 'BOT_COMMAND_INVALID'],
    [{ command: 'start', description: '' }, 'command description must be non-empty'],
    [{ command: 'x'.repeat(33), description: 'x' }, 'command length must not exceed 32'],
  ])('like %j are refused', async (command, detail) => {
    const sandbox = await startSandbox();
    const reply = await call(sandbox, 'setMyCommands', { commands: [command] });
    expect(reply.description).toBe(`Bad Request: ${detail}`);
  });
});

describe('a pressed button', () => {
  test('reaches the bot, which answers it once', async () => {
    const sandbox = await startSandbox();
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'x', reply_markup: keyboard });
    sandbox.press(7, 1, 'run');
    const [update] = (await call(sandbox, 'getUpdates')).result as { callback_query: { id: string } }[];
    expect(update).toMatchObject({ callback_query: { data: 'run', from: { id: 7 }, message: { message_id: 1 } } });
    const answer = { callback_query_id: update?.callback_query.id, text: 'On it' };
    expect((await call(sandbox, 'answerCallbackQuery', answer)).result).toBe(true);
    expect(sandbox.answers).toMatchObject([{ chat_id: 7, text: 'On it', show_alert: false }]);
    expect((await call(sandbox, 'answerCallbackQuery', answer)).description).toBe(
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
    );
  });

  test('needs an existing message', async () => {
    const sandbox = await startSandbox();
    expect(() => sandbox.press(7, 1, 'run')).toThrow('Chat 7 has no message 1.');
  });
});
