import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { localUidOf } from '../../../src/web/listen/local-uid.ts';

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
  expect(await localUidOf(socket)).toBe(process.getuid?.());
});

test('one from another host, or that has ended, belongs to nobody here', async () => {
  const { socket, client } = await accepted('127.0.0.1');
  const { remotePort, localPort } = socket;
  const elsewhere = { remoteAddress: '192.0.2.1', remotePort, localPort } as Socket;
  expect(await localUidOf(elsewhere)).toBeUndefined();
  client.destroy();
  await once(socket.resume(), 'close');
  expect(await localUidOf(socket)).toBeUndefined();
});
