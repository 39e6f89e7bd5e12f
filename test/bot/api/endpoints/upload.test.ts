import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call, type RunningApi, rawConnection, startApi } from '../support/running-api.ts';

let running: RunningApi;
beforeAll(async () => {
  running = await startApi();
});
afterAll(() => running.close());
beforeEach(() => {
  running.services.submissions.length = 0;
});
// A request that was cut off may still be tidied up when its client knows the answer.
afterEach(() => expect.poll(() => readdirSync(running.services.stagingDir)).toEqual([]));

const BOUNDARY = 'x-limit-x';
const TYPE = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
const field = (name: string, value: string) =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (part: string, name: string | undefined, content: string) => {
  const filename = name === undefined ? '' : `; filename="${name}"`;
  const head = `content-disposition: form-data; name="${part}"${filename}\r\ncontent-type: application/octet-stream`;
  return `--${BOUNDARY}\r\n${head}\r\n\r\n${content}\r\n`;
};
const END = `--${BOUNDARY}--\r\n`;
const form = (...parts: string[]) => Buffer.from([...parts, END].join(''));
const sendPhoto = (body: Buffer | string) => call(running.socketPath, 'POST', '/send_photo', body, TYPE);
const sendDocument = (body: Buffer | string) => call(running.socketPath, 'POST', '/send_document', body, TYPE);
const lastSubmission = () => running.services.submissions.at(-1);
const contents = () =>
  lastSubmission()?.notification.media.map(({ blob }) => readFileSync(join(running.services.takenDir, blob), 'latin1'));

describe('an upload', () => {
  test('hands on every field as a JSON body would', async () => {
    const buttons = [{ text: 'Open', url: 'https://example.org' }];
    const { status, body } = await sendPhoto(
      form(
        field('caption', 'Zeile 1\r\nZeile 2 ü'),
        field('title', 'T'),
        field('silent', 'true'),
        field('wait', '50'),
        field('id', 'up 1'),
        field('severity', 'low'),
        field('buttons', JSON.stringify(buttons)),
        field('data', '{"a":"\\ud800"}'),
        field('unknown', 'ignored'),
        file('photo', 'chart.png', 'PNG\r\n--x\r\nbytes'),
      ),
    );
    expect([status, body]).toEqual([200, { ok: true, id: 'up 1', status: 'sent', message_ids: [7] }]);
    expect(lastSubmission()).toMatchObject({
      id: 'up 1',
      wait: 50,
      notification: {
        text: 'Zeile 1\r\nZeile 2 ü',
        title: 'T',
        silent: true,
        severity: 'low',
        buttons,
        data: { a: '\u{fffd}' },
        media: [{ name: 'chart.png', size: 15, as: 'photo' }],
      },
    });
    expect(contents()).toEqual(['PNG\r\n--x\r\nbytes']);
  });

  test('names destinations by a field that is repeated, or by names between commas', async () => {
    const photo = file('photo', 'chart.png', 'bytes');
    const { body } = await sendPhoto(form(field('to', 'ops, user:ann'), field('to', 'board'), photo));
    expect(body).toMatchObject({ deliveries: [{ to: 'ops' }, { to: 'user:ann' }, { to: 'board' }] });
    const list = await sendPhoto(form(field('to', '["ops","user:ann"]'), photo));
    expect(list.body).toMatchObject({ deliveries: [{ to: 'ops' }, { to: 'user:ann' }] });
    expect((await sendPhoto(form(field('to', ' '), photo))).body).toMatchObject({ code: 'bad_field' });
  });

  test('of several photos is an album in the order sent', async () => {
    const parts = Array.from({ length: 10 }, (_, index) => file('photo', `${index}.png`, `photo ${index}`));
    expect((await sendPhoto(form(...parts))).status).toBe(200);
    expect(contents()).toEqual(Array.from({ length: 10 }, (_, index) => `photo ${index}`));
  });

  test('has a clean name, or a default one', async () => {
    for (const [name, expected] of [
      ['../../etc/Grüße 😀.png', 'Grüße 😀.png'],
      ['C:\\\\a\\\\b.png', 'b.png'],
      ['..', 'photo.png'],
      ['', 'photo.png'],
      [undefined, 'photo.png'],
    ] as const) {
      await sendPhoto(form(file('photo', name, 'x')));
      expect(lastSubmission()?.notification.media[0]?.name).toBe(expected);
    }
    await sendDocument(form(file('document', undefined, 'x')));
    expect(lastSubmission()?.notification.media).toMatchObject([{ name: 'document.bin', as: 'document' }]);
  });

  test.each([10, 20_000, 60_000, 200_000])('passes over a part of %i bytes that is no field', async (size) => {
    const nameless = `--${BOUNDARY}\r\nx: y\r\n\r\n${'z'.repeat(size)}\r\n`;
    const { status } = await sendPhoto(form(nameless, field('wait', '50'), file('photo', 'a.png', 'x')));
    expect(status).toBeLessThan(300);
  });

  test('with an id is sent once, whatever its boundary, and another file is another message', async () => {
    const first = await sendPhoto(form(field('id', 'same'), file('photo', 'a.png', 'one')));
    const again = await sendPhoto(form(file('photo', 'a.png', 'one'), field('id', 'same'), field('wait', '9')));
    expect(again.body).toEqual(first.body);
    expect((await sendPhoto(form(field('id', 'same'), file('photo', 'a.png', 'two')))).status).toBe(409);
    expect(running.services.submissions).toHaveLength(1);
  });

  test('of 50 MB is taken, one byte more is not', async () => {
    const fifty = 50 * 1024 * 1024;
    const around = form(file('document', 'big', '@'))
      .toString()
      .split('@');
    const sized = (size: number) =>
      Buffer.concat([Buffer.from(around[0] ?? ''), Buffer.alloc(size, 65), Buffer.from(around[1] ?? '')]);
    expect((await sendDocument(sized(fifty))).status).toBe(200);
    expect(lastSubmission()?.notification.media[0]?.size).toBe(fifty);
    const refused = await sendDocument(sized(fifty + 1));
    expect([refused.status, refused.body.error]).toEqual([413, 'document: larger than 50 MB.']);
  }, 60_000);
});

describe('an upload that is refused', () => {
  test.each<[string, Buffer | string, number, string]>([
    ['without a file', form(field('caption', 'x')), 400, 'photo: a file part with this name is required.'],
    [
      'with a file of another name',
      form(file('image', 'a.png', 'x')),
      400,
      'image: no file is expected here; call the part "photo".',
    ],
    ['with an empty file', form(file('photo', 'a.png', '')), 400, 'photo: the file is empty.'],
    [
      'with one empty file of two',
      form(file('photo', 'a.png', 'x'), file('photo', 'b.png', '')),
      400,
      'photo: the file is empty.',
    ],
    [
      'with a plain field for a file',
      form(field('photo', 'x')),
      400,
      'photo: expected a file (a part with a file name), found a plain field.',
    ],
    ['with eleven photos', form(...Array(11).fill(file('photo', 'a.png', 'x'))), 400, 'photo: at most 10 files.'],
    [
      'with a field given twice',
      form(field('title', 'a'), field('title', 'a'), file('photo', 'a', 'x')),
      400,
      'title: given twice.',
    ],
    [
      'with a wrong flag',
      form(field('silent', 'yes'), file('photo', 'a', 'x')),
      400,
      'silent: expected true or false, found "yes".',
    ],
    [
      'with a wrong number',
      form(field('wait', '1e3'), file('photo', 'a', 'x')),
      400,
      'wait: expected a whole number of milliseconds from 0 to 60000, found "1e3".',
    ],
    [
      'with buttons that are no JSON',
      form(field('buttons', '[{'), file('photo', 'a', 'x')),
      400,
      'buttons: expected JSON text.',
    ],
    [
      'with wrong buttons',
      form(field('buttons', '[1]'), file('photo', 'a', 'x')),
      400,
      'buttons[0]: expected an object, found 1.',
    ],
    [
      'with a caption and another text',
      form(field('caption', 'a'), field('text', 'b'), file('photo', 'a', 'x')),
      400,
      'caption: differs from text; give one of the two.',
    ],
    [
      'with a hundred fields',
      form(...Array.from({ length: 100 }, (_, index) => field(`f${index}`, 'x')), file('photo', 'a', 'x')),
      400,
      'The form has more than 50 fields.',
    ],
    [
      'with a field over 1 MiB',
      form(field('caption', 'x'.repeat(1_100_000)), file('photo', 'a', 'x')),
      413,
      'The form without its files is larger than 1 MiB.',
    ],
    [
      'with a caption too long',
      form(field('caption', 'x'.repeat(100_001)), file('photo', 'a', 'x')),
      413,
      'caption: expected at most 100000 characters, found 100001.',
    ],
    ['cut off in a file', file('photo', 'a.png', 'half of it'), 400, 'The multipart body is broken or ends too early.'],
    ['cut off in a head', `--${BOUNDARY}\r\ncontent-disposi`, 400, 'The multipart body is broken or ends too early.'],
    ['empty', '', 400, 'The multipart body is broken or ends too early.'],
    ['no form at all', 'hello', 400, 'The multipart body is broken or ends too early.'],
    [
      'not linked',
      form(field('caption', 'problem:not_linked'), file('photo', 'a.png', 'x')),
      404,
      'Thrown for not_linked.',
    ],
    [
      'a crash',
      form(field('caption', 'crash'), file('photo', 'a.png', 'x')),
      500,
      'Something went wrong in notify-bot; the log of the service says what.',
    ],
  ])('%s is answered, and no file stays', async (_what, body, status, sentence) => {
    const answer = await sendPhoto(body);
    expect([answer.status, answer.body.error]).toEqual([status, sentence]);
    expect(running.services.submissions).toEqual([]);
  });

  test('without a boundary gets an error that says so', async () => {
    const type = { 'content-type': 'multipart/form-data' };
    const { status, body } = await call(running.socketPath, 'POST', '/send_photo', form(), type);
    expect([status, body.error]).toEqual([400, 'content-type: multipart/form-data needs a boundary.']);
  });

  test('announced over 60 MB, or longer than that in chunks, is cut off', async () => {
    const head = `POST /send_document HTTP/1.1\r\nhost: x\r\ncontent-type: ${TYPE['content-type']}\r\n`;
    const announced = await rawConnection(running.socketPath);
    announced.socket.write(`${head}content-length: ${60 * 1024 * 1024 + 1}\r\n\r\n`);
    await announced.until('"The body is larger than 60 MB."');
    await announced.closed;

    const chunked = await rawConnection(running.socketPath);
    chunked.socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
    const piece = file('ignored', undefined, 'x').replace('application/octet-stream', 'text/plain');
    chunked.socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
    const preamble = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 65), Buffer.from('\r\n')]);
    let sent = 0;
    while (!chunked.received().includes('413') && sent < 80 && !chunked.socket.destroyed) {
      sent += 1;
      await new Promise((resolve) => chunked.socket.write(preamble, resolve));
    }
    await chunked.until('too_large');
    expect(sent).toBeLessThan(80);
    chunked.socket.destroy();
  }, 60_000);
});

describe('an upload whose sender leaves', () => {
  test('leaves no file and holds no memory, at whatever byte', async () => {
    const body = form(field('caption', 'x'), file('photo', 'a.png', 'y'.repeat(5_000)), file('photo', 'b.png', 'z'));
    const head = `POST /send_photo HTTP/1.1\r\nhost: x\r\ncontent-type: ${TYPE['content-type']}\r\ncontent-length: ${body.length}\r\n\r\n`;
    for (let cut = 0; cut < body.length; cut += 37) {
      const connection = await rawConnection(running.socketPath);
      connection.socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, cut)]));
      await new Promise((resolve) => setTimeout(resolve, cut % 3));
      connection.socket.destroy();
    }
    await expect.poll(() => readdirSync(running.services.stagingDir)).toEqual([]);
    expect((await sendPhoto(body)).status).toBe(200);
    expect(running.services.submissions).toHaveLength(1);
    expect(running.logLines.filter((line) => line.includes('not foreseen') && !line.includes('secret inner'))).toEqual(
      [],
    );
  });
});
