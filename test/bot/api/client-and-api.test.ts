import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiClient, createApiClient } from '../../../src/shared/api/client.ts';
import { createSocketClient, type SocketClient } from '../../../src/shared/http/socket-client.ts';
import { type RunningApi, startApi } from './support/running-api.ts';

let running: RunningApi;
let client: SocketClient;
let typed: ApiClient;
beforeAll(async () => {
  running = await startApi();
  client = createSocketClient({ socketPath: running.socketPath, timeoutMs: 70_000 });
  typed = createApiClient({ socketPath: running.socketPath, timeoutMs: 70_000 });
});
afterAll(async () => {
  await Promise.all([client.close(), typed.close()]);
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
  expect(readFileSync(join(running.services.takenDir, notification?.media[0]?.blob ?? ''), 'utf8')).toBe('PNG');
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

test('the typed client reads every answer of the API', async () => {
  const path = join(running.folder, 'typed.png');
  writeFileSync(path, 'PNG');
  expect(await typed.send({ text: 'typed', wait: 0 })).toMatchObject({ ok: true, status: 'queued' });
  expect(await typed.sendPhotos({ caption: 'c' }, [{ part: 'photo', path, name: 'a.png' }])).toMatchObject({
    status: 'sent',
    message_ids: [7],
  });
  const document = { part: 'document', path, name: 'a.bin' } as const;
  expect(await typed.sendDocument({}, document)).toMatchObject({ status: 'sent' });
  expect(await typed.test(undefined, 0)).toMatchObject({ status: 'queued' });
  expect(await typed.redeemCode('012345')).toMatchObject({ linked_at: '2026-01-30T12:00:00Z' });
  expect((await typed.deepLink()).url).toMatch(/^https:/);
  expect((await typed.status()).queued).toBe(2);
  expect((await typed.messages({ limit: 1 })).messages).toHaveLength(1);
  expect((await typed.counts(2)).days).toHaveLength(2);
  expect((await typed.scripts()).scripts[0]).toMatchObject({ name: 'rev.py', muted_until: null, running: false });
  expect(await typed.runScript('rev.py', 5)).toMatchObject({ status: 'done', result: { result: 'sent' } });
  expect((await typed.scriptLog('rev.py', 3)).lines).toHaveLength(3);
  expect((await typed.mute()).muted_until).toBe('2026-01-30T13:00:00.000Z');
  await typed.unmute(undefined, 'rev.py');
  expect((await typed.users()).users).toHaveLength(1);
  expect(await typed.queue(2)).toMatchObject({ queue: [{ attempts: 1 }, {}], total: 1000 });
  expect((await typed.failed(1)).failed).toHaveLength(1);
  await typed.retry('known');
  await expect(typed.retry('gone')).rejects.toMatchObject({ code: 'unknown_delivery' });
  expect((await typed.health()).status).toBe('ok');
  expect((await typed.unlink()).ok).toBe(true);
});
