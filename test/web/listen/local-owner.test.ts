import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createLocalOwners } from '../../../src/web/listen/local-owner.ts';

const owners = createLocalOwners();

/** The server's end of a connection from this process. @param host where the server listens @param to where the client connects */
async function accepted(host: string, to = host): Promise<{ readonly socket: Socket; readonly client: Socket }> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const connection = once(server, 'connection');
  const client = connect((server.address() as AddressInfo).port, to);
  const [socket] = (await connection) as [Socket];
  onTestFinished(() => {
    for (const end of [client, socket]) end.destroy();
    server.close();
  });
  return { socket, client };
}

/** Some containers have no IPv6. */
const hasIpv6 = networkInterfaces().lo?.some(({ family }) => family === 'IPv6') ?? false;

test.each(
  [
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    // A server of both families sees the address of an IPv4 client as one of IPv6.
    ['::', '127.0.0.1'],
  ].filter(([host = '']) => hasIpv6 || !host.includes(':')),
)('a connection to %s by %s belongs to the account that made it', async (host, to) => {
  const { socket } = await accepted(host, to);
  expect(await owners.find(socket)).toEqual({ uid: process.getuid?.() });
});

test('one from another host belongs to nobody here', async () => {
  const { socket } = await accepted('127.0.0.1');
  const { localAddress, remotePort, localPort } = socket;
  const elsewhere = { localAddress, remoteAddress: '192.0.2.1', remotePort, localPort } as Socket;
  expect(await owners.find(elsewhere)).toBeUndefined();
});

test('one whose client has closed it belongs to nobody, not to root', async () => {
  const { socket, client } = await accepted('127.0.0.1');
  client.destroy();
  await once(socket.resume(), 'end');
  expect(await owners.find(socket)).toBe('gone');
});

test('one that the kernel does not list, as in another network namespace, counts by its address', async () => {
  const ends = { localAddress: '127.0.0.1', localPort: 1, remoteAddress: '127.0.0.1', remotePort: 2 } as Socket;
  expect(await owners.find(ends)).toBeUndefined();
});

test('many that ask at once share a reading of the tables', async () => {
  const { socket } = await accepted('127.0.0.1');
  const busyOf = async (times: number) => {
    const began = process.cpuUsage();
    const found = await Promise.all(Array.from({ length: times }, () => owners.find(socket)));
    expect(found.every((owner) => typeof owner === 'object' && owner.uid === process.getuid?.())).toBe(true);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  await busyOf(1);
  // 2,000 readings take seconds.
  expect(await busyOf(2_000)).toBeLessThan(1_000);
});
