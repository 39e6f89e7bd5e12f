import { describe, expect, test } from 'vitest';
import { call, png, startSandbox, upload } from '../support/bot/sandbox-client.ts';

describe('sendMessage', () => {
  test('answers with the message and records it', async () => {
    const sandbox = await startSandbox({ now: () => 5_000_999 });
    const entities = [{ type: 'bold', offset: 0, length: 5 }];
    const reply = await call(sandbox, 'sendMessage', {
      chat_id: 7,
      text: 'Title and body',
      entities,
      disable_notification: true,
    });
    expect(reply.result).toMatchObject({
      message_id: 1,
      date: 5000,
      text: 'Title and body',
      entities,
      chat: { id: 7, type: 'private' },
      from: { username: 'notify_sandbox_bot' },
    });
    expect(sandbox.messages()).toMatchObject([
      { at: 5_000_999, method: 'sendMessage', chat_id: 7, text: 'Title and body', entities, silent: true },
    ]);
  });

  test.each([
    ['', 'message text is empty'],
    [' \n\t ', 'text must be non-empty'],
    ['x'.repeat(4097), 'message is too long'],
    ['é'.repeat(16_385), 'text is too long'],
  ])('refuses %j', async (text, detail) => {
    const sandbox = await startSandbox();
    const reply = await call(sandbox, 'sendMessage', { chat_id: 7, text });
    expect(reply).toMatchObject({ status: 400, error_code: 400, description: `Bad Request: ${detail}` });
    expect(sandbox.messages()).toEqual([]);
  });

  test('counts 4096 UTF-16 units after parsing and trimming', async () => {
    const sandbox = await startSandbox();
    const text = `<b>${'x'.repeat(4096)}</b>\n\n`;
    expect((await call(sandbox, 'sendMessage', { chat_id: 7, text, parse_mode: 'HTML' })).ok).toBe(true);
    const pairs = { chat_id: 7, text: '😀'.repeat(2049) };
    expect((await call(sandbox, 'sendMessage', pairs)).description).toBe('Bad Request: message is too long');
  });

  test.each([
    [{}, 'chat_id is empty'],
    [{ chat_id: 'nobody' }, 'chat not found'],
    [{ chat_id: 7, parse_mode: 'RTF' }, 'unsupported parse_mode'],
    [
      { chat_id: 7, parse_mode: 'MarkdownV2', text: 'a.b' },
      "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
    ],
    [{ chat_id: 7, reply_markup: '{' }, "can't parse reply keyboard markup JSON object"],
  ])('refuses %j', async (body, detail) => {
    const sandbox = await startSandbox();
    const reply = await call(sandbox, 'sendMessage', { text: 'x', ...body });
    expect(reply).toMatchObject({ status: 400, description: `Bad Request: ${detail}` });
  });

  test('refuses chats that never wrote, with unknownChats: refuse', async () => {
    const sandbox = await startSandbox({ unknownChats: 'refuse' });
    const body = { chat_id: 7, text: 'x' };
    expect((await call(sandbox, 'sendMessage', body)).description).toBe('Bad Request: chat not found');
    sandbox.say(7, '/start');
    expect((await call(sandbox, 'sendMessage', body)).ok).toBe(true);
  });
});

describe('buttons', () => {
  const send = async (button: object) => {
    const sandbox = await startSandbox();
    const body = { chat_id: 7, text: 'x', reply_markup: { inline_keyboard: [[button]] } };
    return { reply: await call(sandbox, 'sendMessage', body), sandbox };
  };

  test.each([
    [{ text: 'a', callback_data: 'x'.repeat(65) }, 'BUTTON_DATA_INVALID'],
    [{ text: 'a', callback_data: 'é'.repeat(33) }, 'BUTTON_DATA_INVALID'],
    [
      { text: 'a', callback_data: '' },
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [{ text: '', url: 'https://example.com' }, 'inline keyboard button text must be non-empty'],
    [
      { text: 'a', url: 'http://localhost' },
      "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
    ],
    [
      { text: 'a', url: 'ftp://example.com' },
      "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
    ],
    [{ callback_data: 'a' }, 'can\'t parse inline keyboard button: Can\'t find field "text"'],
  ])('like %j are refused', async (button, detail) => {
    const { reply } = await send(button);
    expect(reply).toMatchObject({ status: 400, description: `Bad Request: ${detail}` });
  });

  test('within the limits are kept', async () => {
    const { sandbox } = await send({ text: 'Run', callback_data: 'x'.repeat(64) });
    const [message] = sandbox.messages();
    expect(message?.reply_markup?.inline_keyboard).toEqual([[{ text: 'Run', callback_data: 'x'.repeat(64) }]]);
  });
});

describe('files', () => {
  test('are downloaded as they were sent', async () => {
    const sandbox = await startSandbox();
    const data = new TextEncoder().encode('a,b\n1,2\n') as Uint8Array<ArrayBuffer>;
    const reply = await upload(sandbox, 'sendDocument', {
      chat_id: '7',
      document: { name: 'übersicht.csv', data },
      caption: '<b>Table</b>',
      parse_mode: 'HTML',
    });
    expect(reply.result).toMatchObject({ document: { file_name: 'übersicht.csv', file_size: 8 }, caption: 'Table' });
    const id = sandbox.messages()[0]?.media?.file_id;
    const file = (await call(sandbox, 'getFile', { file_id: id })).result as { file_path: string };
    const download = await fetch(`${sandbox.url}/file/bot${sandbox.token}/${file.file_path}`);
    expect(new Uint8Array(await download.arrayBuffer())).toEqual(data);
    expect((await fetch(`${sandbox.url}/file/bot1:wrong/${file.file_path}`)).status).toBe(401);
    expect((await fetch(`${sandbox.url}/file/bot${sandbox.token}/nothing`)).status).toBe(404);
  });

  test('may be sent again by their id', async () => {
    const sandbox = await startSandbox();
    await upload(sandbox, 'sendPhoto', { chat_id: '7', photo: { name: 'a.png', data: png(10, 10) } });
    const id = sandbox.messages()[0]?.media?.file_id;
    expect((await call(sandbox, 'sendPhoto', { chat_id: 8, photo: id })).ok).toBe(true);
    expect((await call(sandbox, 'sendDocument', { chat_id: 8, document: id })).status).toBe(400);
    expect((await call(sandbox, 'sendPhoto', { chat_id: 8, photo: 'unknown' })).status).toBe(400);
    const remote = await call(sandbox, 'sendPhoto', { chat_id: 8, photo: 'https://example.com/a.png' });
    expect(remote.description).toBe('Bad Request: failed to get HTTP URL content');
  });

  test.each([
    ['wide and high', png(9000, 1001), 'PHOTO_INVALID_DIMENSIONS'],
    ['long and thin', png(2100, 100), 'PHOTO_INVALID_DIMENSIONS'],
    ['no image', new Uint8Array(100), 'IMAGE_PROCESS_FAILED'],
    ['empty', new Uint8Array(0), 'file must be non-empty'],
    [
      'too large',
      new Uint8Array(10 * 1024 * 1024 + 1),
      'file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes',
    ],
  ])('that are %s are refused as photos', async (_, data, detail) => {
    const sandbox = await startSandbox();
    const reply = await upload(sandbox, 'sendPhoto', { chat_id: '7', photo: { name: 'a.png', data } });
    expect(reply).toMatchObject({ status: 400, description: `Bad Request: ${detail}` });
  });

  test('at the limits are accepted', async () => {
    const sandbox = await startSandbox();
    const photo = { name: 'a.png', data: png(9000, 1000) };
    const caption = 'x'.repeat(1024);
    expect((await upload(sandbox, 'sendPhoto', { chat_id: '7', photo, caption })).ok).toBe(true);
    const longer = await upload(sandbox, 'sendPhoto', { chat_id: '7', photo, caption: `${caption}x` });
    expect(longer.description).toBe('Bad Request: message caption is too long');
    expect((await call(sandbox, 'sendPhoto', { chat_id: 7 })).description).toBe(
      'Bad Request: there is no photo in the request',
    );
  });
});

describe('sendMediaGroup', () => {
  const album = (count: number, type = 'photo') => {
    const media = Array.from({ length: count }, (_, index) => ({
      type,
      media: `attach://f${index}`,
      caption: `${index}`,
    }));
    const files = Object.fromEntries(
      media.map((_, index) => [`f${index}`, { name: `${index}.png`, data: png(100, 100) }]),
    );
    return { chat_id: '7', media: JSON.stringify(media), ...files };
  };

  test('sends two to ten files as one album', async () => {
    const sandbox = await startSandbox();
    const reply = await upload(sandbox, 'sendMediaGroup', album(10));
    expect(reply.result).toHaveLength(10);
    expect(new Set(sandbox.messages().map((message) => message.media_group_id)).size).toBe(1);
    expect(sandbox.messages()[3]).toMatchObject({ caption: '3', media: { width: 100, type: 'image/png' } });
  });

  test.each([
    [0, 'there are no messages to send'],
    [1, 'too few messages to send as an album'],
    [11, 'too many messages to send as an album'],
  ])('refuses %i files', async (count, detail) => {
    const sandbox = await startSandbox();
    expect((await upload(sandbox, 'sendMediaGroup', album(count))).description).toBe(`Bad Request: ${detail}`);
  });

  test('names the invalid file and sends nothing', async () => {
    const sandbox = await startSandbox();
    const body = { ...album(3), f1: { name: 'x', data: new Uint8Array(9) } };
    expect((await upload(sandbox, 'sendMediaGroup', body)).description).toBe(
      'Bad Request: failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"',
    );
    const missing = { ...album(2), media: JSON.stringify([{ type: 'photo', media: 'attach://none' }, {}]) };
    expect((await upload(sandbox, 'sendMediaGroup', missing)).status).toBe(400);
    expect(sandbox.messages()).toEqual([]);
  });
});

describe('a link in a text', () => {
  test.each<[body: object, preview: string | undefined]>([
    [{ text: 'see https://x.org/a and http://y.org' }, 'https://x.org/a'],
    [{ text: 'run backup.sh' }, 'backup.sh'],
    [{ text: 'no link' }, undefined],
    [{ text: 'see https://x.org/', link_preview_options: { is_disabled: true } }, undefined],
    [{ text: 'see https://x.org/', disable_web_page_preview: true }, undefined],
    [{ text: 'see https://x.org/', link_preview_options: { url: 'https://z.org/' } }, 'https://z.org/'],
    [{ text: 'run backup.sh', entities: [{ type: 'code', offset: 4, length: 9 }] }, undefined],
    [
      { text: 'here', entities: [{ type: 'text_link', offset: 0, length: 4, url: 'https://x.org/' }] },
      'https://x.org/',
    ],
  ])('of %j is fetched for a preview unless that is turned off', async (body, preview) => {
    const sandbox = await startSandbox();
    const { result } = await call(sandbox, 'sendMessage', { chat_id: 7, ...body });
    expect(sandbox.messages()[0]?.preview).toBe(preview);
    const edited = { chat_id: 7, message_id: (result as { message_id: number }).message_id, text: 'plain' };
    await call(sandbox, 'editMessageText', edited);
    expect(sandbox.messages()[0]?.preview).toBeUndefined();
  });

  test('options of another kind are refused', async () => {
    const sandbox = await startSandbox();
    const reply = await call(sandbox, 'sendMessage', { chat_id: 7, text: 'x', link_preview_options: 5 });
    expect(reply.status).toBe(400);
  });
});

test('a keyboard of more than about 10 kB is refused', async () => {
  const sandbox = await startSandbox();
  const keyboard = (count: number) =>
    Array.from({ length: count }, () => [{ text: 'Open', url: `https://x.org/${'y'.repeat(200)}` }]);
  const send = (count: number) =>
    call(sandbox, 'sendMessage', { chat_id: 7, text: 'x', reply_markup: { inline_keyboard: keyboard(count) } });
  expect((await send(39)).ok).toBe(true);
  expect((await send(45)).description).toBe('Bad Request: reply markup is too long');
});

test('a button copies a text, has a style, and stands in a row of at most twelve', async () => {
  const sandbox = await startSandbox();
  const send = (...row: object[]) =>
    call(sandbox, 'sendMessage', { chat_id: 7, text: 'x', reply_markup: { inline_keyboard: [row] } });
  const copies = { text: 'Copy', copy_text: { text: 'y'.repeat(256) }, style: 'success' };
  expect((await send(copies)).ok).toBe(true);
  expect(sandbox.messages(7)[0]?.reply_markup?.inline_keyboard).toEqual([[copies]]);
  expect((await send({ ...copies, copy_text: { text: 'y'.repeat(257) } })).description).toMatch(
    /BUTTON_COPY_TEXT_INVALID/,
  );
  expect((await send({ ...copies, style: 'red' })).description).toBe(
    "Bad Request: can't parse inline keyboard button: invalid button style specified",
  );
  await send(...Array(14).fill(copies));
  expect(sandbox.messages(7)[1]?.reply_markup?.inline_keyboard?.[0]).toHaveLength(12);
});

test('a moment is taken in the formats that Telegram knows', async () => {
  const sandbox = await startSandbox();
  const send = (more: object) =>
    call(sandbox, 'sendMessage', {
      chat_id: 7,
      text: 'now',
      entities: [{ type: 'date_time', offset: 0, length: 3, ...more }],
    });
  expect((await send({ unix_time: 1647531900, date_time_format: 'wDT' })).ok).toBe(true);
  expect((await send({ unix_time: 1647531900 })).ok).toBe(true);
  expect((await send({ unix_time: 1647531900, date_time_format: 'x' })).description).toMatch(
    /Invalid date-time format/,
  );
  expect((await send({ date_time_format: 'T' })).description).toMatch(/unix_time/);
  expect((await send({ unix_time: 0 })).description).toBe('Bad Request: Invalid date specified');
  expect((await send({ unix_time: 2 ** 31 })).description).toMatch(/"unix_time" must be a valid Number/);
});
