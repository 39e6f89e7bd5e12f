/** Clients that send or hold as much as they can, without a login. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type RunningWeb, startWeb, throughProxy } from './support/running-web.ts';

// Other users may enter it.
const folder = mkdtempSync(join(tmpdir(), 'notify-web-crowd-'));
chmodSync(folder, 0o755);
let web: RunningWeb;
beforeAll(async () => {
  web = await startWeb({ settings: { loginSocket: join(folder, 'web.sock') } });
});
afterAll(async () => {
  await web.stop();
  rmSync(folder, { recursive: true, force: true });
});

const isRoot = process.getuid?.() === 0;

/** How many requests the dashboard has answered. */
async function answered(): Promise<number> {
  const text = await (await fetch(`${web.url}/metrics`)).text();
  return [...text.matchAll(/^notify_web_answer_seconds_count\{.*\} (\d+)$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}

/** Sends a text over many connections and waits until they are closed. @returns what came back */
async function sendOverMany(connections: number, text: string): Promise<string> {
  const { hostname, port } = new URL(web.url);
  let received = '';
  const one = async () => {
    const socket: Socket = connect(Number(port), hostname).setEncoding('utf8');
    socket.on('error', () => {}).on('data', (piece: string) => (received += piece));
    socket.write(text);
    await once(socket, 'close');
  };
  await Promise.all(Array.from({ length: connections }, one));
  return received;
}

test.each(['/login', '/login/once/x'])('requests for %s that are pipelined are not served', async (path) => {
  const before = await answered();
  const { host } = new URL(web.url);
  await sendOverMany(100, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(200));
  expect(await answered()).toBeLessThan(before + 10);
});

test('nothing is done for a client that closed its connection at once', async () => {
  const before = await answered();
  const { host, hostname, port } = new URL(web.url);
  const one = async () => {
    const socket = connect(Number(port), hostname).on('error', () => {});
    socket.end(`GET /login/once/x HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(socket.resume(), 'close');
  };
  await Promise.all(Array.from({ length: 200 }, one));
  expect(await answered()).toBeLessThan(before + 20);
});

test('two requests in one packet are answered in their order', async () => {
  const { host } = new URL(web.url);
  const head = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
  const text = await sendOverMany(1, head('/login') + head('/nothing-here', 'Connection: close\r\n'));
  expect([...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual(['200', '303']);
});

test('one address behind the proxy that holds as many requests as it can leaves places for others', async () => {
  const { proxySocket = '' } = web.settings;
  const { host } = new URL(web.url);
  const head = `POST /login/once HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${web.url}\r\nX-Forwarded-For: 198.51.100.9\r\n`;
  const held = new Set<Socket>();
  onTestFinished(() => {
    for (const socket of held) socket.destroy();
  });
  // A unix socket refuses connections while too many wait to be accepted.
  const open = async (): Promise<void> => {
    const socket = connect(proxySocket);
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => nextTurn(false),
    );
    if (!isOpen) return open();
    held.add(socket.on('error', () => {}));
    socket.resume().write(`${head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n`);
  };
  for (let batch = 0; batch < 130; batch += 1) await Promise.all(Array.from({ length: 20 }, open));
  const ask = () => throughProxy(web, '/login', { 'x-forwarded-for': '198.51.100.10' }).catch(() => 'refused');
  // Less than the time that a request has to arrive.
  await expect.poll(ask, { timeout: 10_000 }).toBe(200);
  for (let time = 0; time < 5; time += 1) expect(await ask()).toBe(200);
});

/** Runs a script until the test ends. @returns the number that it prints first */
async function runUntilEnd(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return Number(line);
}

/** Opens connections with half a head, each again when it is closed, and prints how many are open when each was tried. */
const HOLD_PORT = `
const { connect } = require('node:net');
const [port, times] = process.argv.slice(1).map(Number);
let tried = 0, open = 0;
const hold = () => {
  let isOpen = false, isOver = false;
  const end = () => { if (!isOver && (isOver = true) && (tried += 1) === times) setTimeout(() => console.log(open), 300); };
  const socket = connect(port, '127.0.0.1', () => {
    isOpen = true;
    open += 1;
    socket.write('GET /login HTTP/1.1\\r\\n');
    setTimeout(end, 300);
  });
  socket.on('error', () => {}).on('close', () => { if (isOpen) open -= 1; end(); setTimeout(hold, 100); }).resume();
};
for (let i = 0; i < times; i += 1) hold();
`;

/** The same on a unix socket, twelve of each of sixty uids: the kernel notes the effective one as it connects, unix(7). */
const HOLD_SOCKET = `
const { connect } = require('node:net');
const [path] = process.argv.slice(1);
let open = 0;
for (let uid = 3900000001; uid <= 3900000060; uid += 1) for (let i = 0; i < 12; i += 1) {
  process.seteuid(uid);
  const socket = connect(path, () => { open += 1; socket.write('POST /login HTTP/1.1\\r\\n'); });
  process.seteuid(0);
  socket.on('error', () => {}).on('close', () => { open -= 1; }).resume();
}
setTimeout(() => console.log(open), 1000);
`;

describe.skipIf(!isRoot)(`other users of the host${isRoot ? '' : ' (skipped: needs root)'}`, () => {
  test('one that holds as many connections as it can leaves places for others', async () => {
    const { port } = new URL(web.url);
    const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath];
    const held = await runUntilEnd('setpriv', [...asNobody, '-e', HOLD_PORT, port, '2600']);
    expect(held).toBeGreaterThan(1_000);
    // Until the kernel has said whose it is, a connection may have to give way, as when thousands arrive in that moment.
    const ask = async () => {
      const answer = await fetch(`${web.url}/login`).catch(() => undefined);
      return answer?.status;
    };
    await Promise.all(Array.from({ length: 20 }, () => expect.poll(ask, { timeout: 60_000 }).toBe(200)));
    expect(await throughProxy(web, '/login')).toBe(200);
  }, 120_000);

  test('uids without an account leave places on the socket for one-time addresses', async () => {
    const held = await runUntilEnd(process.execPath, ['-e', HOLD_SOCKET, web.settings.loginSocket]);
    expect(held).toBeGreaterThan(100);
    for (let time = 0; time < 5; time += 1) expect(await web.oneTimeAddress()).toContain('/login/once/');
  });
});
