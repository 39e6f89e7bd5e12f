/** The dashboard with a bot that hangs, answers nonsense, or is not running. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBot } from '../../src/web/bot/bot.ts';
import { TIMING } from '../../src/web/guard/timing.ts';
import { waitFor } from '../support/wait-for.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

const folder = mkdtempSync(join(tmpdir(), 'notify-web-outage-'));
const botSocket = join(folder, 'bot.sock');
let web: RunningWeb;
let fakeBot: Server | undefined;
/** Connected clients, with their first data. */
const open = new Map<Socket, string>();
const asking = (what: string) => [...open.values()].filter((said) => said.startsWith(what)).length;
/** The answer of the fake bot; `undefined` for none. */
let words: string | undefined;

beforeAll(async () => {
  web = await startWeb({ settings: { botSocket }, timing: { healthMs: 300, stopMs: 300 } });
});
afterAll(async () => {
  await web.stop();
  await leave();
  rmSync(folder, { recursive: true, force: true });
});

/** Listens on the bot's socket in its place. */
async function answerWith(answer: string | undefined): Promise<void> {
  await leave();
  words = answer;
  fakeBot = createServer((socket) => {
    open.set(socket, '');
    socket.on('error', () => {}).once('close', () => open.delete(socket));
    socket.once('data', (said) => {
      open.set(socket, String(said));
      if (words !== undefined) socket.end(words);
    });
  });
  await new Promise<void>((resolve) => fakeBot?.listen(botSocket, resolve));
}

async function leave(): Promise<void> {
  const leaving = fakeBot;
  fakeBot = undefined;
  for (const socket of open.keys()) socket.destroy();
  if (leaving !== undefined) await new Promise((resolve) => leaving.close(resolve));
}

const bodyOf = (text: string, type = 'application/json') =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;

const PATHS = ['/messages', '/charts', '/messages/some-id/pictures/0', '/scripts/log?name=a.py'];

describe('a bot that is not running', () => {
  test.each(PATHS)('is reported on %s as temporary', async (path) => {
    await leave();
    const page = await (await web.visitor('anna')).get(path);
    expect(page.status).toBe(503);
    expect(page.text).toContain('The bot does not answer right now');
  });

  test('is reported on the overview, which shows the rest', async () => {
    const page = await (await web.visitor('anna')).get('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('The bot does not answer right now');
  });
});

describe('nonsense on the bot’s socket', () => {
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['HTML', bodyOf('<html>')],
    ['JSON of another shape', bodyOf('{"ok":true,"messages":"none"}')],
    ['HTML in place of a picture', bodyOf('<script>alert(1)</script>', 'text/html')],
    ['a truncated answer', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"ok"'],
    ['an empty answer', ''],
  ])('%s is not shown', async (_what, answer) => {
    await answerWith(answer);
    const visitor = await web.visitor('anna');
    for (const path of PATHS) {
      const page = await visitor.get(path);
      expect([404, 503], path).toContain(page.status);
      expect(page.text).not.toContain('<script>alert');
    }
    expect((await visitor.get('/')).status).toBe(200);
    expect((await visitor.api('GET', '/api/telegram/status')).body).toMatchObject({ code: 'bot_away' });
    await leave();
  });
});

describe('a bot that hangs', () => {
  test('is reported by health before Prometheus’ time limit', async () => {
    await answerWith(undefined);
    const health = await fetch(`${web.url}/healthz`);
    expect(health.status).toBe(503);
    expect(await health.text()).toContain('did not answer');
    // Prometheus waits for 10 s.
    expect(TIMING.healthMs).toBeLessThan(10_000);
    await leave();
  });

  test('does not keep a picture open for a client that has disconnected', async () => {
    const visitor = await web.visitor('anna');
    await answerWith(undefined);
    const abort = new AbortController();
    const asked = visitor.request('/messages/some-id/pictures/0', { signal: abort.signal }).catch(() => 'left');
    await waitFor(() => asking('GET /messages/') === 1);
    abort.abort();
    expect(await asked).toBe('left');
    await waitFor(() => asking('GET /messages/') === 0);
    await leave();
  });

  test('gets two concurrent picture requests of one user, and others need not wait', async () => {
    const [anna, berta] = [await web.visitor('anna'), await web.visitor('berta')];
    await answerWith(undefined);
    const abort = new AbortController();
    const ask = (visitor: typeof anna, id: string) =>
      visitor.request(`/messages/${id}/pictures/0`, { signal: abort.signal }).catch(() => undefined);
    const asked = ['one', 'two', 'three', 'four'].map((id) => ask(anna, id));
    await waitFor(() => asking('GET /messages/') === 2);
    asked.push(ask(berta, 'hers'));
    await waitFor(() => asking('GET /messages/hers') === 1);
    expect(asking('GET /messages/')).toBe(3);
    for (const [socket, said] of open) if (said.startsWith('GET /messages/one')) socket.destroy();
    await waitFor(() => asking('GET /messages/three') === 1);
    expect(asking('GET /messages/four')).toBe(0);
    abort.abort();
    await Promise.all(asked);
    await waitFor(() => asking('GET /messages/') === 0);
    await leave();
  });

  test('delays one user’s requests, but not another’s', async () => {
    const [anna, berta] = [await web.visitor('anna'), await web.visitor('berta')];
    await answerWith(undefined);
    const abort = new AbortController();
    const ask = (visitor: typeof anna) =>
      visitor.request('/messages?part=results', { signal: abort.signal }).catch(() => undefined);
    const asked = Array.from({ length: 20 }, () => ask(anna));
    await waitFor(() => asking('GET /messages?user=anna') === 8);
    asked.push(ask(berta));
    await waitFor(() => asking('GET /messages?user=berta') === 1);
    expect(asking('GET /messages?user=anna')).toBe(8);
    abort.abort();
    await Promise.all(asked);
    await leave();
  });

  test('does not keep the service from stopping', async () => {
    await answerWith(undefined);
    // A service that just started asks for the events at once, however often it had to ask before.
    await web.restart();
    await waitFor(() => asking('GET /events') > 0);
    await web.restart();
    await leave();
  });
});

test('a temporarily unavailable picture is not reported as missing', async () => {
  await answerWith('HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
  expect((await (await web.visitor('anna')).get('/messages/some-id/pictures/0')).status).toBe(503);
  await leave();
});

describe('a folder that can’t be written to', () => {
  test('is reported without its path, and logged with it; ended sessions stay ended', async () => {
    const [visitor, other] = [await web.visitor('anna'), await web.visitor('anna')];
    renameSync(web.stateDir, `${web.stateDir}.away`);
    writeFileSync(web.stateDir, 'a file in its place');
    const lines = web.logged.length;
    const page = await visitor.submit('/sessions', '/sessions/end-all');
    expect(page.status).toBe(503);
    expect(page.text).not.toContain(web.stateDir);
    await expect(web.visitor('berta')).rejects.toThrow('could not be saved');
    expect(web.logged.slice(lines).join('')).toContain(`${web.stateDir}/sessions.json cannot be changed`);
    expect((await other.api('GET', '/api/telegram/status')).status).toBe(401);
    rmSync(web.stateDir);
    renameSync(`${web.stateDir}.away`, web.stateDir);
    await web.restart();
    expect((await other.api('GET', '/api/telegram/status')).status).toBe(401);
  });
});

test('a provider that disappears during a login is reported as unavailable', async () => {
  const visitor = web.stranger();
  const sent = new URL((await visitor.request('/login/oidc')).headers.get('location') ?? '');
  await web.provider.stop();
  const back = new URLSearchParams({
    code: 'x',
    state: sent.searchParams.get('state') ?? '',
    iss: web.provider.issuer,
  });
  const page = await visitor.get(`/login/oidc/callback?${back}`);
  expect(page.status).toBe(503);
  expect(page.text).toContain('The login provider does not answer');
});

test('a stream without an answer is aborted in time', async () => {
  await answerWith(undefined);
  const bot = createBot(botSocket, TIMING.healthMs);
  const over = new AbortController();
  const asked = bot.stream('/events', { signal: over.signal });
  await waitFor(() => asking('GET /events') > 0);
  over.abort();
  await expect(asked).rejects.toMatchObject({ code: 'connection_lost' });
  await bot.close();
  await leave();
});
