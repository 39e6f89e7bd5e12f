/** The typed client before a pretend service that answers what a test wants. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiClient, createApiClient } from '../../../src/shared/api/client.ts';

const folder = mkdtempSync(join(tmpdir(), 'notify-client-'));
const socketPath = join(folder, 'bot.sock');
const asked: string[] = [];
let answer: { readonly status: number; readonly body: unknown } | undefined;
let service: Server;
let client: ApiClient;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeAll(async () => {
  service = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url} ${await bodyOf(request)}`.trim());
    if (answer === undefined) return;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => service.listen(socketPath, resolve));
  client = createApiClient({ socketPath, timeoutMs: 5_000 });
});
afterAll(async () => {
  await client.close();
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
  rmSync(folder, { recursive: true });
});

async function ask<T>(body: unknown, question: () => Promise<T>, status = 200): Promise<{ asked: string; found: T }> {
  answer = { status, body };
  asked.length = 0;
  const found = await question();
  return { asked: asked.join(), found };
}

const STATUS = { ok: true, user: 'ann', linked: false, queued: 0, muted_until: null };

test('what is not given is not sent', async () => {
  expect((await ask(STATUS, () => client.status())).asked).toBe('GET /status');
  expect((await ask(STATUS, () => client.status('a&b'))).asked).toBe('GET /status?user=a%26b');
  const page = { ok: true, messages: [], next: null };
  expect((await ask(page, () => client.messages({ limit: 2, q: 'x y' }))).asked).toBe('GET /messages?limit=2&q=x+y');
  expect((await ask({ ok: true }, () => client.unmute('ann'))).asked).toBe('POST /unmute {"user":"ann"}');
});

test('alerts are posted, listed and changed', async () => {
  const alert = {
    fingerprint: '00ff00ff00ff00ff',
    owner: 'ann',
    state: 'firing',
    labels: { alertname: 'DiskFull' },
    annotations: {},
    starts_at: '2026-03-01T12:00:00.000Z',
    updated_at: '2026-03-01T12:00:00.000Z',
    source: 'socket',
    comments: [],
    flapping: false,
    told: [],
    routes: [],
  };
  const taken = { ok: true, alerts: [{ fingerprint: alert.fingerprint, state: 'firing' }] };
  const origin = { user: 'ann', source: 'grafana', to: ['ops', 'ops/disks'] };
  const { asked: posted, found } = await ask(taken, () => client.postAlerts([{ labels: { a: 1 } }], origin));
  expect(posted).toBe('POST /alerts?user=ann&source=grafana&to=ops&to=ops%2Fdisks [{"labels":{"a":1}}]');
  expect(found).toEqual(taken);
  const page = { ok: true, alerts: [alert], total: 1, next: null };
  expect((await ask(page, () => client.alerts({ state: 'firing', limit: 5 }))).asked).toBe(
    'GET /alerts?state=firing&limit=5',
  );
  const one = { ok: true, alert };
  const changes: readonly [string, () => Promise<unknown>][] = [
    ['GET /alerts/00ff?owner=bob', () => client.alert('00ff', { owner: 'bob' })],
    ['POST /alerts/00ff/ack {"for":"4h"}', () => client.acknowledge('00ff', { for: '4h' })],
    ['POST /alerts/00ff/unack {}', () => client.unacknowledge('00ff')],
    ['POST /alerts/00ff/resolve {"user":"ann"}', () => client.resolveAlert('00ff', { user: 'ann' })],
    ['POST /alerts/a%2Fb/silence {"for":"1h"}', () => client.silenceAlert('a/b', { for: '1h' })],
    ['POST /alerts/00ff/comment {"text":"x"}', () => client.commentAlert('00ff', { text: 'x' })],
  ];
  for (const [wanted, change] of changes) {
    expect(await ask(one, change)).toEqual({ asked: wanted, found: alert });
  }
});

test('an answer is handed on as it is, also with fields of a later version', async () => {
  const later = { ...STATUS, later: { a: 1 } };
  expect((await ask(later, () => client.status())).found).toEqual(later);
});

test.each([
  ['a wrong type', { ...STATUS, linked: 'yes' }],
  ['a missing field', { ok: true }],
  ['no object', 'well'],
])('%s is no answer of the bot', async (_what, body) => {
  await expect(ask(body, () => client.status())).rejects.toMatchObject({ code: 'bad_answer' });
});

test('an error is thrown with the bot’s code and sentence', async () => {
  const refusal = { error: 'user: you are ann and may not act for bob.', code: 'not_yours' };
  await expect(ask(refusal, () => client.status('bob'), 403)).rejects.toMatchObject({
    code: 'not_yours',
    message: refusal.error,
  });
});

test('a degraded service is an answer, another failure of its is not', async () => {
  const degraded = { status: 'degraded', reasons: ['The disk is full.'], error: 'The disk is full.', code: 'degraded' };
  expect((await ask(degraded, () => client.health(), 503)).found).toEqual(degraded);
  const stopping = { error: 'Stopping.', code: 'stopping' };
  await expect(ask(stopping, () => client.health(), 503)).rejects.toMatchObject({ code: 'stopping' });
});

test('a deadline ends a request that gets no answer', async () => {
  answer = undefined;
  const hasty = createApiClient({ socketPath, timeoutMs: 5_000, deadlineMs: 50 });
  await expect(hasty.status()).rejects.toMatchObject({
    code: 'timeout',
    message: 'notify-bot did not answer GET /status in 0.05 s.',
  });
  await hasty.close();
});

test('a service that is not there', async () => {
  const nowhere = createApiClient({ socketPath: join(folder, 'none.sock'), timeoutMs: 100 });
  await expect(nowhere.status()).rejects.toMatchObject({ code: 'no_service' });
  await nowhere.close();
});
