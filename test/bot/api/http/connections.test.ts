import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createConnections } from '../../../../src/bot/api/http/connections.ts';
import { newFolder, rawConnection } from '../support/running-api.ts';

let folder: string;
let server: Server;
beforeEach(() => {
  folder = newFolder();
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

interface Bounds {
  readonly max: number;
  readonly maxPerUid: number;
  readonly isExempt?: (uid: number) => boolean;
}

async function start({ isExempt = () => false, ...bounds }: Bounds) {
  const connections = createConnections({ ...bounds, isExempt });
  server = createServer((socket) => connections.admit(socket));
  server.listen(join(folder, 'a.sock'));
  await once(server, 'listening');
  return connections;
}
const open = () => rawConnection(join(folder, 'a.sock'));

test.each([
  ['of one user', { max: 10, maxPerUid: 2 }, 'open connections of yours: try'],
  ['in all', { max: 2, maxPerUid: 10 }, 'open connections: try'],
])(
  'connections beyond the bound %s are answered with 503 and closed, until others end',
  async (_what, bounds, words) => {
    const connections = await start(bounds);
    const [first, second] = [await open(), await open()];
    const third = await open();
    await third.closed;
    expect(third.received()).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n[\s\S]*"code":"too_many_connections"/);
    expect(third.received()).toContain(words);
    first.socket.destroy();
    await expect
      .poll(() => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))))
      .toBe(1);
    const fourth = await open();
    expect(fourth.received()).toBe('');
    connections.closeAll();
    await Promise.all([second.closed, fourth.closed]);
    expect(fourth.received()).toBe('');
  },
);

test('the exempt are let in beyond every bound', async () => {
  const connections = await start({ max: 0, maxPerUid: 0, isExempt: (uid) => uid === process.getuid?.() });
  const connection = await open();
  const [socket] = [connection.socket];
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([socket.destroyed, connection.received()]).toEqual([false, '']);
  connections.closeIdle();
  await connection.closed;
});

test('somebody whom the kernel does not name is refused', async () => {
  const connections = createConnections({ max: 10, maxPerUid: 10, isExempt: () => true });
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
