import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type RunningApi, startApi } from './running-api.ts';

let running: RunningApi;
beforeAll(async () => {
  running = await startApi();
});
afterAll(() => running.close());

const PATHS = ['/send', '/send_photo', '/send_document', '/link', '/unlink', '/retry'];
const NAMES = [
  'text',
  'caption',
  'user',
  'title',
  'parse_mode',
  'severity',
  'silent',
  'buttons',
  'source',
  'wait',
  'id',
  'data',
  'photo_path',
  'photo_paths',
  'document_path',
  'code',
  'delivery',
  '__proto__',
  'constructor',
  'toString',
];
/** Values that are often right, so that what comes after the first check is reached too. */
const likely = fc.oneof(
  fc.constantFrom('x', 'root', '/etc/hostname', '012345', 'HTML', 'high', true, 0, 5),
  fc.constantFrom([], {}, [{ text: 'a', url: 'https://a.example' }], ['/etc/hostname', '/etc/passwd'], null),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 4 }),
);
const anyObject = fc.dictionary(fc.constantFrom(...NAMES), likely, { maxKeys: 8 });

function expectSane({ status, body }: { status: number; body: Record<string, unknown> }): void {
  expect(status).not.toBe(500);
  if (status < 400) expect(body.ok).toBe(true);
  else
    expect(body).toMatchObject({
      error: expect.stringMatching(/^[^\n]+[.]$/),
      code: expect.stringMatching(/^[a-z_]+$/),
    });
}

test('no JSON object is ever answered with a 500, and every error is one sentence', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), anyObject, async (path, body) => {
      expectSane(await call(running.socketPath, 'POST', path, JSON.stringify({ ...body, wait: body.wait ?? 0 })));
    }),
    { numRuns: 1_500 },
  );
}, 120_000);

test('no other JSON, and no other bytes, are ever answered with a 500', async () => {
  const body = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    anyObject.map((value) => Buffer.from(JSON.stringify(value).slice(0, -1))),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), body, async (path, bytes) => {
      expectSane(await call(running.socketPath, 'POST', path, bytes));
    }),
    { numRuns: 500 },
  );
}, 120_000);

test('no form is ever answered with a 500', async () => {
  const part = fc.tuple(fc.constantFrom(...NAMES, 'photo', 'document'), fc.string({ unit: 'binary' }), fc.boolean());
  const type = { 'content-type': 'multipart/form-data; boundary=b' };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/send_photo', '/send_document'),
      fc.array(part, { maxLength: 6 }),
      fc.nat(),
      async (path, parts, cut) => {
        const text = parts
          .map(([name, value, isFile]) => {
            const filename = isFile ? `; filename="${name}.png"` : '';
            return `--b\r\ncontent-disposition: form-data; name="${name}"${filename}\r\n\r\n${value}\r\n`;
          })
          .join('');
        const whole = Buffer.from(`${text}--b--\r\n`);
        const bytes = cut % 3 === 0 ? whole.subarray(0, cut % (whole.length + 1)) : whole;
        expectSane(await call(running.socketPath, 'POST', path, bytes, type));
      },
    ),
    { numRuns: 800 },
  );
  await expect.poll(() => readdirSync(running.services.stagingDir)).toEqual([]);
}, 120_000);

test('no path or query is ever answered with a 500', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('', '/status?', '/messages?limit=', '/messages?user='),
      fc.webUrl(),
      async (start, url) => {
        const { status } = await call(running.socketPath, 'GET', start === '' ? url : `${start}${url}`);
        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
