import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Connections, createConnections } from '../../../../src/bot/api/http/connections.ts';
import { newFolder, rawConnection } from '../support/running-api.ts';

let folder: string;
let server: Server;
beforeEach(() => {
  folder = newFolder();
});
let connections: Connections | undefined;
afterEach(async () => {
  connections?.closeAll();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

type Options = Partial<Parameters<typeof createConnections>[0]>;

async function start(options: Options) {
  const made = createConnections({
    max: 10,
    maxUnknown: 10,
    isExempt: () => false,
    hasAccount: async () => true,
    ...options,
  });
  connections = made;
  server = createServer((socket) => made.admit(socket));
  server.listen(join(folder, 'a.sock'));
  await once(server, 'listening');
  return made;
}
const open = () => rawConnection(join(folder, 'a.sock'));

const openCount = () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
const REFUSED = /^HTTP\/1\.1 503 Service Unavailable\r\n[\s\S]*"code":"too_many_connections"/;

test('connections beyond an account’s share are answered with 503 and closed, until others end', async () => {
  const connections = await start({ max: 3 });
  const [first, second] = [await open(), await open()];
  const third = await open();
  await third.closed;
  expect(third.received()).toMatch(REFUSED);
  expect(third.received()).toContain('open connections of yours: try');
  first.socket.destroy();
  await expect.poll(openCount).toBe(1);
  const fourth = await open();
  expect(fourth.received()).toBe('');
  connections.closeAll();
  await Promise.all([second.closed, fourth.closed]);
  expect(fourth.received()).toBe('');
});

test('a full house refuses whoever has nothing, and says that it is not their doing', async () => {
  await start({ max: 0 });
  const only = await open();
  await only.closed;
  expect(only.received()).toMatch(REFUSED);
  expect(only.received()).toContain('open connections: try');
});

test('connections of a uid without an account are closed beyond the few that all of them share', async () => {
  await start({ max: 100, maxUnknown: 2, hasAccount: async () => false });
  const opened = await Promise.all(Array.from({ length: 5 }, open));
  await expect.poll(openCount).toBe(2);
  await expect.poll(() => opened.filter(({ received }) => REFUSED.test(received())).length).toBe(3);
});

test('while no source of accounts answers, connections stay as they are', async () => {
  await start({ max: 100, maxUnknown: 0, hasAccount: () => Promise.reject(new Error('LDAP is away')) });
  const [first, second] = [await open(), await open()];
  await expect.poll(openCount).toBe(2);
  expect([first.received(), second.received()]).toEqual(['', '']);
});

test('the exempt are let in beyond every bound', async () => {
  const connections = await start({ max: 0, isExempt: (uid) => uid === process.getuid?.() });
  const connection = await open();
  const [socket] = [connection.socket];
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([socket.destroyed, connection.received()]).toEqual([false, '']);
  connections.closeIdle();
  await connection.closed;
});

test('somebody whom the kernel does not name is refused', async () => {
  const connections = createConnections({
    max: 10,
    maxUnknown: 10,
    isExempt: () => true,
    hasAccount: async () => true,
  });
  server = createServer((socket) => connections.admit(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += String(chunk);
  });
  await once(socket, 'close');
  expect(received).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*"code":"no_peer"/);
});
