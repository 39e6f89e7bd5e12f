import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leaveStaleSocket } from '../../support/network/stale-socket.ts';
import { call, newFolder, type RunningApi, rawConnection, startApi } from './support/running-api.ts';

let folder: string;
let socketPath: string;
const running: RunningApi[] = [];

beforeEach(() => {
  folder = newFolder();
  socketPath = join(folder, 'run', 'bot.sock');
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(path = socketPath): Promise<RunningApi> {
  const api = await startApi({ socketPath: path });
  running.push(api);
  return api;
}

describe('starting', () => {
  test('makes the folder, and a socket that all may use', async () => {
    await start();
    expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o755);
    expect(statSync(socketPath).isSocket()).toBe(true);
    expect(statSync(socketPath).mode & 0o777).toBe(0o666);
    expect(readdirSync(join(folder, 'run')).sort()).toEqual(['bot.sock', 'bot.sock.lock']);
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
  });

  test('removes a socket on which nobody answers', async () => {
    mkdirSync(join(folder, 'run'));
    await leaveStaleSocket(socketPath);
    expect(existsSync(socketPath)).toBe(true);
    await start();
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
  });

  test('is refused while another instance runs, saying who it is, and disturbs nothing', async () => {
    await start();
    const words = new RegExp(`process ${process.pid}, user \\w+, answers on ${socketPath}`);
    await expect(startApi({ socketPath })).rejects.toMatchObject({
      code: 'service_running',
      message: expect.stringMatching(words),
    });
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
  });

  test('is refused while somebody else answers there without a lock', async () => {
    mkdirSync(join(folder, 'run'));
    const other = createServer().listen(socketPath);
    await once(other, 'listening');
    await expect(startApi({ socketPath })).rejects.toMatchObject({ code: 'service_running' });
    expect(existsSync(socketPath)).toBe(true);
    await new Promise((resolve) => other.close(resolve));
  });

  test.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'precious')],
    ['a folder', (path) => mkdirSync(path)],
    ['a link', (path) => symlinkSync('/nowhere', path)],
  ])('is refused where %s stands, which stays', async (_what, put) => {
    mkdirSync(join(folder, 'run'));
    put(socketPath);
    await expect(startApi({ socketPath })).rejects.toMatchObject({
      code: 'socket_path',
      message: expect.stringContaining(socketPath),
    });
    expect(readdirSync(join(folder, 'run'))).toContain('bot.sock');
  });

  test('is refused for a path too long to bind, before anything is made', async () => {
    const long = join(folder, 'x'.repeat(100), 'bot.sock');
    await expect(startApi({ socketPath: long })).rejects.toMatchObject({ code: 'socket_path' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is refused below a file', async () => {
    writeFileSync(join(folder, 'run'), '');
    await expect(startApi({ socketPath })).rejects.toMatchObject({ code: 'socket_path' });
  });

  test('is refused for a group that this host does not know', async () => {
    await expect(startApi({ socketPath, group: 'nb_no_such' })).rejects.toMatchObject({ code: 'unknown_group' });
    expect(readdirSync(join(folder, 'run'))).toEqual(['bot.sock.lock']);
  });

  test('is refused for such a group on an inherited socket too, where nobody could be served', async () => {
    const listeningFd = 0;
    await expect(startApi({ listeningFd, group: 'nb_no_such' })).rejects.toMatchObject({ code: 'unknown_group' });
  });

  test('of ten at once over a stale socket, one starts and serves', async () => {
    mkdirSync(join(folder, 'run'));
    await leaveStaleSocket(socketPath);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => start()));
    const codes = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'started' : outcome.reason.code));
    expect(codes.sort()).toEqual([...Array(9).fill('service_running'), 'started']);
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
  });
});

describe('stopping', () => {
  test('removes the socket, and lets the next one start at once', async () => {
    const first = await start();
    await first.api.stop(100);
    expect(existsSync(socketPath)).toBe(false);
    await start();
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
  });

  test('leaves a socket alone that is no longer its own', async () => {
    const { api } = await start();
    rmSync(socketPath);
    const other = createServer().listen(socketPath);
    await once(other, 'listening');
    await api.stop(100);
    expect(existsSync(socketPath)).toBe(true);
    await new Promise((resolve) => other.close(resolve));
  });

  test('lets a request under way finish, and closes its connection', async () => {
    const { api, services } = await start();
    const answer = call(socketPath, 'POST', '/send', { text: 'slow', wait: 300 }, { connection: 'keep-alive' });
    await expect.poll(() => services.submissions.length).toBe(1);
    await api.stop(5_000);
    const { status, headers } = await answer;
    expect(status).toBe(202);
    expect(headers.connection).toBe('close');
  });

  test('takes no new request on a connection that was open', async () => {
    const { api, services } = await start();
    const connection = await rawConnection(socketPath);
    const body = JSON.stringify({ text: 'slow', wait: 300 });
    const post = `POST /send HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    connection.socket.write(post);
    await expect.poll(() => services.submissions.length).toBe(1);
    const stopped = api.stop(5_000);
    connection.socket.write('GET /status HTTP/1.1\r\nhost: x\r\n\r\n');
    await stopped;
    await connection.closed;
    expect(connection.received().match(/HTTP\/1.1 \d+/g)?.[0]).toBe('HTTP/1.1 202');
    expect(connection.received()).not.toContain('"linked"');
  });

  test('serves the first request of a connection that it had taken already', async () => {
    const { api, services } = await start();
    const connection = await rawConnection(socketPath);
    // A later connection has been answered, so this one is accepted.
    await call(socketPath, 'GET', '/health');
    const stopped = api.stop(5_000);
    const body = JSON.stringify({ text: 'just in time', wait: 0 });
    connection.socket.write(
      `POST /send HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await stopped;
    await connection.closed;
    expect(connection.received()).toMatch(/^HTTP\/1\.1 20[02] /);
    expect(services.submissions.length).toBe(1);
  });

  test('waits for no idle, silent or half-spoken connection', async () => {
    const { api } = await start();
    const silent = await rawConnection(socketPath);
    const half = await rawConnection(socketPath);
    half.socket.write('GET /status HT');
    const idle = await rawConnection(socketPath);
    idle.socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
    await idle.until('"ok":true');
    const started = performance.now();
    await api.stop(60_000);
    await Promise.all([silent.closed, half.closed, idle.closed]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('cuts off at the deadline what does not end', async () => {
    const { api } = await start();
    const connection = await rawConnection(socketPath);
    connection.socket.write(
      'POST /send HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"t',
    );
    await expect.poll(() => existsSync(socketPath)).toBe(true);
    await api.stop(50);
    await connection.closed;
  });

  test('twice is the same as once', async () => {
    const { api } = await start();
    await Promise.all([api.stop(100), api.stop(100)]);
    await api.stop(100);
    expect(existsSync(socketPath)).toBe(false);
  });
});
