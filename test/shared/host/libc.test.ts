import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { peerCredentials, tryLockFile } from '../../../src/shared/host/libc.ts';

let folder: string;
let server: Server;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nb-kernel-'));
  server = createServer();
});
afterEach(async () => {
  if (server.listening) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function listenOnSocket(): Promise<string> {
  const path = join(folder, 'a.sock');
  server.listen(path);
  await once(server, 'listening');
  return path;
}

async function nextConnection(): Promise<Socket> {
  const [socket] = await once(server, 'connection');
  return socket;
}

describe('peerCredentials', () => {
  test('a server learns pid, uid and gid of the process that called', async () => {
    const path = await listenOnSocket();
    const called = nextConnection();
    const script = `const c = require('net').connect(${JSON.stringify(path)}); c.on('data', () => c.end());`;
    const child = spawn(process.execPath, ['-e', script]);
    const socket = await called;
    expect(peerCredentials(socket)).toEqual({ pid: child.pid, uid: process.getuid?.(), gid: process.getgid?.() });
    socket.end('bye');
    await once(child, 'exit');
  });

  test('a client learns who listens', async () => {
    const path = await listenOnSocket();
    const called = nextConnection();
    const client = connect(path);
    await once(client, 'connect');
    expect(peerCredentials(client).pid).toBe(process.pid);
    client.destroy();
    (await called).destroy();
  });

  test.skipIf(process.getuid?.() !== 0)('another user has another uid (needs root)', async () => {
    const path = join(folder, 'a.sock');
    execFile('chmod', ['0755', folder]);
    server.listen({ path, writableAll: true });
    await once(server, 'listening');
    const called = nextConnection();
    const child = spawn(process.execPath, ['-e', `require('net').connect(${JSON.stringify(path)})`], {
      uid: 65_534,
      gid: 65_533,
      cwd: '/',
    });
    const socket = await called;
    expect(peerCredentials(socket)).toMatchObject({ uid: 65_534, gid: 65_533 });
    socket.destroy();
    await once(child, 'exit');
  });

  test('a connection over TCP names nobody', async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const called = nextConnection();
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const socket = await called;
    expect(() => peerCredentials(socket)).toThrow(expect.objectContaining({ code: 'no_peer' }));
    client.destroy();
    socket.destroy();
  });

  test('a closed connection names nobody', async () => {
    const path = await listenOnSocket();
    const called = nextConnection();
    const client = connect(path);
    const socket = await called;
    client.destroy();
    socket.destroy();
    await once(socket, 'close');
    expect(() => peerCredentials(socket)).toThrow(expect.objectContaining({ code: 'no_peer' }));
  });
});

describe('tryLockFile', () => {
  test('one holder at a time, and the next when it closed', () => {
    const path = join(folder, 'lock');
    const first = openSync(path, 'a');
    const second = openSync(path, 'a');
    expect(tryLockFile(first)).toBe(true);
    expect(tryLockFile(second)).toBe(false);
    closeSync(first);
    expect(tryLockFile(second)).toBe(true);
    closeSync(second);
  });

  test('a lock ends with a killed process', async () => {
    const path = join(folder, 'lock');
    const holder = spawn('flock', [path, 'sh', '-c', 'echo held; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    await once(holder.stdout, 'data');
    const fd = openSync(path, 'a');
    expect(tryLockFile(fd)).toBe(false);
    if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
    await once(holder, 'exit');
    await expect.poll(() => tryLockFile(fd), { timeout: 5_000 }).toBe(true);
    closeSync(fd);
  });

  test('a closed file cannot be locked, and the error says so', () => {
    expect(() => tryLockFile(987_654)).toThrow(expect.objectContaining({ code: 'no_lock' }));
  });
});
