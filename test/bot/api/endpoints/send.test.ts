import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call, type RunningApi, startApi } from '../support/running-api.ts';

let running: RunningApi;
beforeAll(async () => {
  running = await startApi();
});
afterAll(() => running.close());
beforeEach(() => {
  running.services.submissions.length = 0;
});

const send = (body: unknown, headers?: Record<string, string>) =>
  call(running.socketPath, 'POST', '/send', body, headers);
const lastNotification = () => running.services.submissions.at(-1)?.notification;
const me = process.getuid?.() === 0 ? 'root' : undefined;

describe('POST /send', () => {
  test('goes to the destinations that it names, and answers for each', async () => {
    const deliveries = [
      { to: 'ops', status: 'sent', message_ids: [7] },
      { to: 'broken', status: 'failed', error: 'The bot was removed.', code: 'refused' },
    ];
    const { status, body } = await send({ text: 'x', id: 'several', to: ['ops', 'broken'] });
    expect([status, body]).toEqual([200, { ok: true, id: 'several', status: 'partial', deliveries }]);
    expect(running.services.submissions.at(-1)?.routes?.map(({ destination }) => destination.name)).toEqual([
      'ops',
      'broken',
    ]);
    const one = await send({ text: 'x', to: ['ops'] });
    expect(one.body).toMatchObject({ status: 'sent', message_ids: [7] });
    const all = await send({ text: 'x', to: ['broken', 'broken'] });
    expect([all.status, all.body]).toMatchObject([422, { code: 'refused', deliveries: [{}, {}] }]);
  });

  test('refuses destinations under another name, since it would go elsewhere', async () => {
    const { status, body } = await send({ text: 'x', destination: 'ops' });
    expect([status, body]).toEqual([400, { error: 'to: rename "destination" to "to".', code: 'bad_field' }]);
  });

  test.each([
    ['many', Array(51).fill('ops'), /^to: expected one destination, or a list of 1 to 50, found 51\.$/],
    ['none', [], /^to: expected one destination, or a list of 1 to 50, found 0\.$/],
    ['no text', [5], /^to: expected one destination/],
    ['no name', ['ops', 'Op s'], /^to: expected names such as ops, .* found "Op s"\.$/],
  ])('names the field of a wrong destination: %s', async (_what, to, sentence) => {
    const { status, body } = await send({ text: 'x', to });
    expect([status, body.code, body.error]).toEqual([400, 'bad_field', expect.stringMatching(sentence)]);
  });

  test('hands on every field, under the caller’s name', async () => {
    const data = { n: 1, deep: { list: [1, { a: null }] } };
    const buttons = [
      { text: 'Open', url: 'https://example.org/x?y=1' },
      { text: 'Chat', url: 'tg://resolve?domain=a' },
    ];
    const { status, body } = await send({
      text: 'Hällo *you*',
      title: 'News',
      parse_mode: 'HTML',
      severity: 'high',
      silent: true,
      buttons,
      source: 'rev.py',
      wait: 100,
      id: 'run 7/✓',
      data,
      unknown: ['is ignored'],
    });
    expect([status, body]).toEqual([200, { ok: true, id: 'run 7/✓', status: 'sent', message_ids: [7] }]);
    const [submission] = running.services.submissions;
    expect(submission).toMatchObject({
      id: 'run 7/✓',
      wait: 100,
      notification: { account: { uid: process.getuid?.() } },
    });
    if (me !== undefined) expect(submission?.notification.account.user).toBe(me);
    expect(submission?.notification).toMatchObject({
      text: 'Hällo *you*',
      title: 'News',
      parseMode: 'HTML',
      severity: 'high',
      silent: true,
      buttons,
      source: 'rev.py',
      data,
      media: [],
    });
    expect(submission?.notification).not.toHaveProperty('unknown');
  });

  test('needs no more than a text, and waits ten seconds unless told otherwise', async () => {
    expect((await send({ text: 'x' })).status).toBe(200);
    expect(running.services.submissions[0]).toMatchObject({
      wait: 10_000,
      notification: { parseMode: 'Markdown', media: [] },
    });
    expect(Object.keys(lastNotification() ?? {}).sort()).toEqual(['account', 'media', 'parseMode', 'text']);
    expect(running.services.submissions[0]).not.toHaveProperty('id');
  });

  test.each([
    ['queued, when nobody waits', { text: 'x', wait: 0 }, 202, { ok: true, status: 'queued' }],
    ['muted', { text: 'muted' }, 200, { ok: true, status: 'muted', message_ids: [] }],
    ['refused', { text: 'refused' }, 422, { error: 'The user blocked the bot.', code: 'refused' }],
  ])('says that a message is %s', async (_what, body, status, expected) => {
    const answer = await send(body);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ ...expected, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test('takes one id once, and tells the same body from another', async () => {
    const first = await send({ text: 'one', id: 'a', wait: 1 });
    const again = await send({ wait: 5_000, id: 'a', parse_mode: 'Markdown', text: 'one' });
    expect(again.body).toEqual(first.body);
    expect(running.services.submissions).toHaveLength(1);
    const other = await send({ text: 'two', id: 'a' });
    expect([other.status, other.body.code]).toEqual([409, 'id_conflict']);
  });

  test.each([
    ['not_linked', 404],
    ['outbox_full', 503],
    ['storage', 503],
    ['links_unreadable', 503],
    ['too_large', 413],
    ['stopping', 503],
  ])('answers the problem %s with %i', async (code, status) => {
    const answer = await send({ text: `problem:${code}` });
    expect([answer.status, answer.body]).toEqual([status, { error: `Thrown for ${code}.`, code }]);
  });

  test('tells nobody about faults of its own, but the log', async () => {
    for (const text of ['crash', 'problem:bad_delivery']) {
      running.logLines.length = 0;
      const { status, body, text: answer } = await send({ text });
      expect([status, body.code]).toEqual([500, 'internal']);
      expect(answer).not.toMatch(/secret|bad_delivery/);
      expect(running.logLines.join('')).toMatch(/"level":"error".*(secret inner detail|bad_delivery)/);
    }
  });

  test('mends half a surrogate pair, and keeps whole ones', async () => {
    await send('{"text":"a\\ud83d b 😀 \\ud83d\\ude00","data":{"x":"\\udc00"}}');
    expect(lastNotification()).toMatchObject({ text: 'a\u{fffd} b 😀 😀', data: { x: '\u{fffd}' } });
  });

  const long = 'x'.repeat(100_000);
  test('takes 100,000 characters and not one more', async () => {
    expect((await send({ text: long, wait: 0 })).status).toBe(202);
    const { status, body } = await send({ text: `${long}x`, wait: 0 });
    expect([status, body]).toEqual([
      413,
      { error: 'text: expected at most 100000 characters, found 100001.', code: 'too_large' },
    ]);
  });
});

describe('a field that is wrong', () => {
  const nest = (levels: number): unknown => (levels === 0 ? 1 : { a: nest(levels - 1) });
  const button = { text: 'a', url: 'https://a.example' };
  test.each<[unknown, string]>([
    [{}, 'text: this field is required.'],
    [{ message: 'x' }, 'text: this field is required; rename "message" to "text".'],
    [{ Text: 'x' }, 'text: this field is required; rename "Text" to "text".'],
    [
      { text: '', severity: 'urgent', silent: 'no' },
      'severity: expected one of info, low, medium, high, critical, found "urgent". silent: expected true or false, found "no". text: expected a string that is not blank, found "".',
    ],
    [
      { text: 7, severity: 'x', wait: 'a', buttons: {}, silent: 'no', title: [], parse_mode: 'md', id: 5 },
      'title: expected a string of at most 1000 characters, found a list. parse_mode: expected one of Markdown, MarkdownV2, HTML, none, found "md". severity: expected one of info, low, medium, high, critical, found "x". silent: expected true or false, found "no". buttons: expected a list of {"text", "url" | "copy" | "send"}, or of such lists (rows), found an object. Also wrong: wait, id, text.',
    ],
    [{ text: '' }, 'text: expected a string that is not blank, found "".'],
    [{ text: ' \n\t' }, 'text: expected a string that is not blank, found " \\n\\t".'],
    [{ text: 5 }, 'text: expected a string that is not blank, found 5.'],
    [{ text: null }, 'text: expected a string that is not blank, found null.'],
    [{ text: ['a'] }, 'text: expected a string that is not blank, found a list.'],
    [{ text: { a: 1 } }, 'text: expected a string that is not blank, found an object.'],
    [{ text: 'x', severity: 'urgent' }, 'severity: expected one of info, low, medium, high, critical, found "urgent".'],
    [{ text: 'x', parse_mode: 'html' }, 'parse_mode: expected one of Markdown, MarkdownV2, HTML, none, found "html".'],
    [{ text: 'x', silent: 'yes' }, 'silent: expected true or false, found "yes".'],
    [{ text: 'x', title: 7 }, 'title: expected a string of at most 1000 characters, found 7.'],
    [
      { text: 'x', title: 'y'.repeat(1001) },
      `title: expected a string of at most 1000 characters, found "${'y'.repeat(49)}… (1001 characters).`,
    ],
    [{ text: 'x', wait: -1 }, 'wait: expected a whole number of milliseconds from 0 to 60000, found -1.'],
    [{ text: 'x', wait: 60_001 }, 'wait: expected a whole number of milliseconds from 0 to 60000, found 60001.'],
    [{ text: 'x', wait: 0.5 }, 'wait: expected a whole number of milliseconds from 0 to 60000, found 0.5.'],
    [{ text: 'x', wait: '10' }, 'wait: expected a whole number of milliseconds from 0 to 60000, found "10".'],
    [{ text: 'x', id: '' }, 'id: expected 1 to 64 printable characters, found "".'],
    [{ text: 'x', id: 'a\nb' }, 'id: expected 1 to 64 printable characters, found "a\\nb".'],
    [
      { text: 'x', id: 'y'.repeat(65) },
      `id: expected 1 to 64 printable characters, found "${'y'.repeat(49)}… (65 characters).`,
    ],
    [
      { text: 'x', source: 'a\u0007' },
      'source: expected at most 255 characters without control characters, found "a\\u0007".',
    ],
    [{ text: 'x', user: '' }, 'user: expected a user name of 1 to 256 characters, found "".'],
    [{ text: 'x', user: 'a:b' }, 'user: expected a user name of 1 to 256 characters, found "a:b".'],
    [
      { text: 'x', buttons: {} },
      'buttons: expected a list of {"text", "url" | "copy" | "send"}, or of such lists (rows), found an object.',
    ],
    [{ text: 'x', buttons: ['a'] }, 'buttons[0]: expected an object, found "a".'],
    [{ text: 'x', buttons: [button, { text: 'a' }] }, 'buttons[1]: expected one of url, copy and send, found none.'],
    [
      { text: 'x', buttons: [[button, { ...button, send: '/run a' }]] },
      'buttons[0][1]: expected one of url, copy and send, found url and send.',
    ],
    [{ text: 'x', buttons: [[button], button] }, 'buttons: expected buttons or rows of buttons, found both.'],
    [{ text: 'x', buttons: [[]] }, 'buttons[0]: expected 1 to 8 buttons in a row, found 0.'],
    [{ text: 'x', buttons: [Array(9).fill(button)] }, 'buttons[0]: expected 1 to 8 buttons in a row, found 9.'],
    [{ text: 'x', buttons: Array(51).fill([button, button]) }, 'buttons: expected at most 100 buttons.'],
    [
      { text: 'x', buttons: [{ text: 'a', copy: 'y'.repeat(257) }] },
      `buttons[0].copy: expected 1 to 256 characters, not blank, found "${'y'.repeat(49)}… (257 characters).`,
    ],
    [
      { text: 'x', buttons: [{ text: 'a', send: `/run ${'é'.repeat(27)}` }] },
      'buttons[0].send: expected a line of 1 to 58 bytes in UTF-8, not blank, found "/run ééééééééééééééééééééééééééé".',
    ],
    [
      { text: 'x', buttons: [{ text: 'a', send: 'a\nb' }] },
      'buttons[0].send: expected a line of 1 to 58 bytes in UTF-8, not blank, found "a\\nb".',
    ],
    [
      { text: 'x', buttons: [{ ...button, style: 'red' }] },
      'buttons[0].style: expected one of danger, success, primary, found "red".',
    ],
    [
      { text: 'x', buttons: [{ ...button, text: ' ' }] },
      'buttons[0].text: expected 1 to 64 characters, not blank, found " ".',
    ],
    [{ text: 'x', buttons: Array(101).fill(button) }, 'buttons: expected at most 100 buttons.'],
    [
      { text: 'x', buttons: Array(10).fill({ text: 'a', url: `https://x.org/${'y'.repeat(1000)}` }) },
      'buttons: expected at most 9000 bytes of all buttons as JSON, found 10381.',
    ],
    [{ text: 'x', data: [] }, 'data: expected an object, found a list.'],
    [{ text: 'x', data: nest(33) }, 'data: expected at most 32 levels of nesting.'],
    [{ text: 'x', data: { list: Array(1000).fill(1) } }, 'data: expected at most 1000 values.'],
    [{ text: 'x', data: { word: 'ü'.repeat(8190) } }, 'data: expected at most 16384 bytes as JSON.'],
    [{ text: 'x', anything: Array(10_000).fill(1) }, 'The body: expected at most 10000 JSON values, found more.'],
  ])('%j is answered with a sentence', async (body, sentence) => {
    const answer = await send(body);
    expect([answer.status, answer.body]).toEqual([400, { error: sentence, code: 'bad_field' }]);
    expect(running.services.submissions).toEqual([]);
  });

  test.each([
    'javascript:alert(1)',
    'ftp://a.example',
    'example.org',
    '/path',
    'https://',
    'https://a b',
    'http://a\n.example',
    `https://a.example/${'x'.repeat(2048)}`,
  ])('the button address %j is refused', async (url) => {
    const { status, body } = await send({ text: 'x', buttons: [{ text: 'a', url }] });
    expect([status, body.error]).toEqual([
      400,
      expect.stringMatching(/^buttons\[0\]\.url: expected an http, https or tg/),
    ]);
  });

  test('data may be nested 32 levels deep', async () => {
    expect((await send({ text: 'x', data: nest(32) })).status).toBe(200);
  });
});

describe('a body that is not one JSON object', () => {
  const deep = `${'['.repeat(9_000)}${']'.repeat(9_000)}`;
  test.each<[string, string | Buffer, string]>([
    ['no JSON', '{"text": "x"', 'The body is not JSON.'],
    ['two values', '{"text":"x"}{}', 'The body is not JSON.'],
    ['a list', '[]', 'The body must be one JSON object.'],
    ['a string', '"text"', 'The body must be one JSON object.'],
    ['null', 'null', 'The body must be one JSON object.'],
    ['not UTF-8', Buffer.from('{"text":"\xff"}', 'latin1'), 'The body is not valid UTF-8.'],
    [
      'an encoded half of a surrogate pair',
      Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
      'The body is not valid UTF-8.',
    ],
    ['empty', '', 'The body is empty: send one JSON object.'],
    ['very deep', deep, 'The body must be one JSON object.'],
  ])('%s is refused', async (_what, body, sentence) => {
    const answer = await send(body);
    expect([answer.status, answer.body]).toEqual([400, { error: sentence, code: 'bad_request' }]);
  });

  test('of a field given twice the last value counts, as everywhere in JSON', async () => {
    expect((await send('{"text":"","te\\u0078t":"b"}')).status).toBe(200);
    expect((await send('{"text":"b","text":""}')).status).toBe(400);
  });

  test('a byte order mark is no reason to refuse it', async () => {
    expect((await send(Buffer.from('\ufeff{"text":"x"}'))).status).toBe(200);
  });

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=latin1', 415],
    ['application/jsonp', 415],
    ['', 415],
    ['application/json; charset=UTF-8', 200],
    ['Application/JSON;charset="utf-8"', 200],
    ['application/json ; x=y', 200],
  ])('the content type %j is answered with %i', async (type, status) => {
    const answer = await send({ text: 'x' }, { 'content-type': type });
    expect(answer.status).toBe(status);
    if (status === 415)
      expect(answer.body).toMatchObject({ code: 'wrong_type', error: expect.stringMatching(/application\/json/) });
  });

  test('a compressed one is refused', async () => {
    expect((await send('x', { 'content-encoding': 'gzip' })).status).toBe(415);
  });
});

describe('a photo or document by its path', () => {
  let folder: string;
  const put = (name: string, content = `content of ${name}`) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = join(running.folder, 'files');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
  });
  const sendPhoto = (body: unknown) => call(running.socketPath, 'POST', '/send_photo', body);
  const sendDocument = (body: unknown) => call(running.socketPath, 'POST', '/send_document', body);
  const contents = () =>
    lastNotification()?.media.map(({ blob }) => readFileSync(join(running.services.takenDir, blob), 'utf8'));

  test('is copied, and goes with its caption', async () => {
    const photo_path = put('chart.png');
    expect((await sendPhoto({ photo_path, caption: 'See', title: 'T' })).body).toMatchObject({ status: 'sent' });
    expect(lastNotification()).toMatchObject({
      text: 'See',
      title: 'T',
      media: [{ name: 'chart.png', size: 20, as: 'photo' }],
    });
    expect(contents()).toEqual(['content of chart.png']);
    expect((await sendDocument({ document_path: put('a.csv'), text: 'Rows' })).status).toBe(200);
    expect(lastNotification()).toMatchObject({ text: 'Rows', media: [{ name: 'a.csv', as: 'document' }] });
    expect((await sendDocument({ document_path: put('b.csv') })).status).toBe(200);
    expect(lastNotification()?.text).toBe('');
  });

  test('is an album in the order given', async () => {
    const photo_paths = ['3.png', '1.png', '2.png'].map((name) => put(name));
    expect((await sendPhoto({ photo_paths })).status).toBe(200);
    expect(lastNotification()?.media.map(({ name }) => name)).toEqual(['3.png', '1.png', '2.png']);
    expect(contents()).toEqual(['content of 3.png', 'content of 1.png', 'content of 2.png']);
  });

  test('counts for the id by what is in the file', async () => {
    const photo_path = put('x.png', 'one');
    const first = await sendPhoto({ photo_path, id: 'p1' });
    expect((await sendPhoto({ photo_path, id: 'p1' })).body).toEqual(first.body);
    put('x.png', 'two');
    expect((await sendPhoto({ photo_path, id: 'p1' })).status).toBe(409);
  });

  test.each<[string, () => Record<string, unknown>, number, RegExp]>([
    ['nothing', () => ({}), 400, /^photo_path: this field is required/],
    ['a number', () => ({ photo_path: 5 }), 400, /^photo_path: expected an absolute path, found 5/],
    ['a relative path', () => ({ photo_path: 'a.png' }), 400, /^photo_path: expected an absolute path/],
    ['a zero byte', () => ({ photo_path: '/a\0b' }), 400, /^photo_path: expected an absolute path/],
    ['one and several', () => ({ photo_path: '/a', photo_paths: ['/a', '/b'] }), 400, /^photo_path: .*not both/],
    ['a list of one', () => ({ photo_paths: ['/a'] }), 400, /^photo_paths: expected 2 to 10/],
    ['a list of eleven', () => ({ photo_paths: Array(11).fill('/a') }), 400, /^photo_paths: expected 2 to 10/],
    ['a list with a number', () => ({ photo_paths: ['/a', 5] }), 400, /^photo_paths\[1\]: expected an absolute path/],
    [
      'a missing second one',
      () => ({ photo_paths: [put('ok'), '/nb-none'] }),
      400,
      /^photo_paths\[1\]: .*doesn't exist/,
    ],
    [
      'caption and another text',
      () => ({ photo_path: put('ok'), caption: 'a', text: 'b' }),
      400,
      /^caption: differs from text/,
    ],
    [
      'a caption too long',
      () => ({ photo_path: put('ok'), caption: 'x'.repeat(100_001) }),
      413,
      /^caption: expected at most/,
    ],
    ['a device', () => ({ photo_path: '/dev/zero' }), 400, /regular file/],
    ['a folder', () => ({ photo_path: '/etc' }), 400, /regular file/],
  ])('is refused with %s, and nothing stays', async (_what, body, status, sentence) => {
    const answer = await sendPhoto(body());
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(sentence)]);
    expect(running.services.submissions).toEqual([]);
    expect(readdirSync(running.services.stagingDir)).toEqual([]);
  });

  test('is refused behind a link', async () => {
    symlinkSync('/etc/passwd', join(folder, 'link'));
    expect((await sendDocument({ document_path: join(folder, 'link') })).body.error).toMatch(/^document_path: .*link/);
  });

  test('is refused over 50 MB, and an album over 60 MB together', async () => {
    const big = put('big');
    truncateSync(big, 50 * 1024 * 1024 + 1);
    expect((await sendDocument({ document_path: big })).status).toBe(413);
    truncateSync(big, 31 * 1024 * 1024);
    const album = await sendPhoto({ photo_paths: [big, big], wait: 0 });
    expect([album.status, album.body.error]).toEqual([
      413,
      expect.stringMatching(/^photo_paths\[1\]: .*60 MB together/),
    ]);
    expect(readdirSync(running.services.stagingDir)).toEqual([]);
  });

  test('stays nowhere when the message is refused later, or was sent before', async () => {
    const photo_path = put('ok.png');
    expect((await sendPhoto({ photo_path, caption: 'problem:not_linked' })).status).toBe(404);
    await sendPhoto({ photo_path, id: 'again' });
    await sendPhoto({ photo_path, id: 'again' });
    expect(readdirSync(running.services.stagingDir)).toEqual([]);
  });
});
