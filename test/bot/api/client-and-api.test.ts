import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSocketClient, type SocketClient } from '../../../src/shared/http/socket-client.ts';
import { type RunningApi, startApi } from './support/running-api.ts';

let running: RunningApi;
let client: SocketClient;
beforeAll(async () => {
  running = await startApi();
  client = createSocketClient({ socketPath: running.socketPath, timeoutMs: 70_000 });
});
afterAll(async () => {
  await client.close();
  await running.close();
});

test('the project’s own client sends, uploads and reads', async () => {
  expect(await client.request('POST', '/send', { text: 'Hä' })).toMatchObject({ status: 200, body: { ok: true } });
  const path = join(running.folder, 'ü.png');
  writeFileSync(path, 'PNG');
  const files = [
    { part: 'photo', path, name: 'ü.png' },
    { part: 'photo', path, name: 'b.png' },
  ] as const;
  const answer = await client.upload('/send_photo', { caption: 'two', silent: false, wait: 5, data: { a: 1 } }, files);
  expect(answer).toMatchObject({ status: 200, body: { status: 'sent' } });
  const { notification, wait } = running.services.submissions.at(-1) ?? {};
  expect(notification).toMatchObject({ text: 'two', silent: false, data: { a: 1 } });
  expect(notification?.media.map(({ name }) => name)).toEqual(['ü.png', 'b.png']);
  expect(wait).toBe(5);
  expect(readFileSync(notification?.media[0]?.path.replace('/staging/', '/taken/') ?? '', 'utf8')).toBe('PNG');
  expect((await client.request('GET', '/metrics')).body).toBe('notify_sent_total 1\n');
});

test.each([51, 61])(
  'the client learns that %i MB are too large, however much it still had to send',
  async (size) => {
    const path = join(running.folder, 'big');
    writeFileSync(path, 'x');
    truncateSync(path, size * 1024 * 1024);
    const answer = await client.upload('/send_document', {}, [{ part: 'document', path, name: 'big' }]);
    expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
  },
  30_000,
);
