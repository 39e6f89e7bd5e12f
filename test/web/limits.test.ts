/** Cost of the built dashboard, as a separate process with a bot that has 10,000 messages of history. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, request as startRequest } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleWeb } from '../../scripts/build/bundle-web.js';
import { parsePasswdEntry } from '../../src/bot/api/callers/lookup/account-entry.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { freePort } from '../support/network/free-port.ts';
import { Visitor } from '../support/network/visitor.ts';
import { options as bundling } from '../support/programs/bundle.ts';
import { waitFor } from '../support/wait-for.ts';
import { askForAddress } from './support/running-web.ts';

const root = new URL('../..', import.meta.url).pathname;
const me = userInfo().username;
const MESSAGES = 10_000;
const STREAMS = 200;
/** Ten accounts of this host with sessions from before the start. */
const PEOPLE = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .flatMap((line) => parsePasswdEntry(line) ?? [])
  .filter(({ name }) => name !== me)
  .slice(0, 10)
  .map(({ name: user, uid }, index) => ({ user, uid, token: `token-of-${index}` }));

const folder = mkdtempSync(join(tmpdir(), 'notify-web-limits-'));
let bot: RunningBot;
let program: ChildProcess;
let visitor: Visitor;
let port: number;

/** Writes a day of history; a tenth belongs to `me`. */
function writeHistory(dataDir: string): void {
  const now = Date.now();
  const lines = Array.from({ length: MESSAGES }, (_, index) => {
    const at = new Date(now - (MESSAGES - index) * 6_000).toISOString();
    const user = index % 10 === 0 ? me : `user_${index % 10}`;
    const said = { title: `Message ${index}`, text: `Down **${index % 50} %** since yesterday.\n\n- Berlin\n- Paris` };
    const id = `h-${index}`;
    const times = { accepted_at: at, finished_at: at, delivery_ms: 40 };
    return JSON.stringify({
      id,
      delivery: id,
      user,
      ...(user === me ? { uid: process.getuid?.() } : {}),
      chat_id: 1,
      status: 'sent',
      message_ids: [index],
      ...times,
      ...said,
      source: 'rev.py',
    });
  });
  mkdirSync(join(dataDir, 'history'), { recursive: true });
  writeFileSync(join(dataDir, 'history', `${new Date(now).toISOString().slice(0, 10)}.jsonl`), `${lines.join('\n')}\n`);
}

/** Writes the session file of an earlier run. */
function writeSessions(stateDir: string): void {
  const now = Date.now();
  const sessions = PEOPLE.map(({ user, uid, token }) => {
    const key = createHash('sha256').update(token).digest('base64url');
    return { key, user, uid, proof: 'host', root: false, device: 'a test', createdAt: now, seenAt: now };
  });
  mkdirSync(stateDir);
  writeFileSync(join(stateDir, 'sessions.json'), JSON.stringify({ version: 1, sessions }));
}

beforeAll(async () => {
  writeSessions(join(folder, 'state'));
  await bundleWeb(folder, { ...bundling, bundle: true, format: 'esm', splitting: true });
  [bot, port] = await Promise.all([
    startBot({
      links: { [me]: 1, ...Object.fromEntries(PEOPLE.map(({ user }, index) => [user, 10 + index])) },
      beforeStart: async (dataDir) => writeHistory(dataDir),
    }),
    freePort(),
  ]);
  const loginSocket = join(folder, 'web.sock');
  program = spawn(process.execPath, [join(folder, 'notify-web.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      NODE_PATH: join(root, 'node_modules'),
      NOTIFY_SOCKET: bot.settings.socketPath,
      NOTIFY_WEB_LISTEN: `127.0.0.1:${port}`,
      NOTIFY_WEB_SOCKET: loginSocket,
      NOTIFY_WEB_STATE_DIR: join(folder, 'state'),
    },
  });
  const address = await waitFor(() =>
    askForAddress(loginSocket).then(
      ({ url }) => url,
      () => undefined,
    ),
  );
  visitor = new Visitor(`http://127.0.0.1:${port}`);
  await visitor.post('/login/once', { token: address.split('/').at(-1) ?? '' });
});
afterAll(async () => {
  program?.kill('SIGKILL');
  await bot?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const spread = (values: readonly number[]) =>
  `median ${median(values).toFixed(1)}, ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;

/** Bytes of an answer on the wire, head and body. */
function wireBytes(path: string): Promise<{ readonly bytes: number; readonly ms: number }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { cookie: visitor.cookies(), 'accept-encoding': 'gzip, br' };
    const request = startRequest({ host: '127.0.0.1', port, path, headers }, (answer) => {
      let bytes = answer.rawHeaders.join(': ').length;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.once('end', () => resolve({ bytes, ms: performance.now() - began }));
    });
    request.once('error', reject).end();
  });
}

test('the overview with its assets is at most 50 KB on the wire', async () => {
  const { text } = await visitor.get('/');
  const assets = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(assets.length).toBe(3);
  const sizes = await Promise.all(['/', ...assets].map(wireBytes));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`first page: ${total} bytes over the wire (${sizes.map(({ bytes }) => bytes).join(', ')})`);
  expect(text).toContain('Message 9990');
  expect(total).toBeLessThan(50_000);
});

test('the overview is fast with a history of 10,000 messages', async () => {
  const times: number[] = [];
  for (let count = 0; count < 60; count += 1) times.push((await wireBytes('/')).ms);
  console.log(`first page: ms ${spread(times.slice(10))} (50 loads)`);
  expect(median(times)).toBeLessThan(500);
});

/** Opens an event stream. @param onSent called when a message was sent */
function listen(cookie: string, onSent: () => void): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = startRequest({ host: '127.0.0.1', port, path: '/api/events', headers: { cookie } }, (answer) => {
      answer.setEncoding('utf8').on('data', (text: string) => text.includes('"change":"sent"') && onSent());
      if (answer.statusCode === 200) resolve(request);
      else reject(new Error(`The stream was answered with ${answer.statusCode}.`));
    });
    request.once('error', reject).end();
  });
}

test('200 open streams cost at most 80 MB, and a message reaches them soon after Telegram accepted it', async () => {
  let heard: number[] = [];
  const cookies = PEOPLE.map(({ token }) => `__Host-notify=${token}`);
  const open = await Promise.all(
    Array.from({ length: STREAMS }, (_, index) =>
      listen(cookies[index % cookies.length] ?? '', () => heard.push(performance.now())),
    ),
  );
  let taken = 0;
  const stop = bot.sandbox.onMessage(() => {
    taken = performance.now();
  });
  const times: number[] = [];
  for (let count = 0; count < 40; count += 1) {
    heard = [];
    await bot.send({ user: PEOPLE[count % PEOPLE.length]?.user, text: `live ${count}` });
    await waitFor(() => heard.length >= STREAMS / PEOPLE.length);
    times.push(Math.max(...heard) - taken);
  }
  stop();
  console.log(
    `a message on the last of its 20 streams after Telegram took it: ms ${spread(times.slice(5))} (35 messages)`,
  );
  const rollup = readFileSync(`/proc/${program.pid}/smaps_rollup`, 'utf8');
  const megabytes = Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) / 1024;
  console.log(`memory with ${STREAMS} streams: ${megabytes.toFixed(1)} MB PSS`);
  for (const request of open) request.destroy();
  expect(megabytes).toBeLessThan(80);
  expect(median(times)).toBeLessThan(2_000);
});
