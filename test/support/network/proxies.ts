/** Small proxies for tests; what they carry stays on this host. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A running proxy. */
export interface TestProxy {
  readonly port: number;
  /** The destinations that clients asked for, `host:port`, oldest first. */
  readonly asked: readonly string[];
  /** The credentials that clients sent: a header's value, or `user:password`. */
  readonly credentials: readonly string[];
}

async function listen(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

function join(client: Socket, port: number, greeting: Buffer | string): void {
  const remote = connect(port, '127.0.0.1', () => {
    client.write(greeting);
    remote.pipe(client);
    client.pipe(remote);
  });
  remote.on('error', () => client.destroy());
  client.on('close', () => remote.destroy());
}

/** An HTTP proxy that tunnels (RFC 9110, CONNECT). Every name leads to this host. @param refusesWith a status instead */
export async function httpProxy(refusesWith?: number): Promise<TestProxy> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const server = createHttpServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    credentials.push(request.headers['proxy-authorization'] ?? '');
    if (refusesWith !== undefined) {
      socket.end(`HTTP/1.1 ${refusesWith} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    join(socket as Socket, Number(request.url?.split(':').at(-1)), 'HTTP/1.1 200 Connection Established\r\n\r\n');
  });
  return { port: await listen(server), asked, credentials };
}

/** A SOCKS5 proxy with user and password (RFC 1928, RFC 1929). Every name leads to this host. */
export async function socksProxy(): Promise<TestProxy> {
  const asked: string[] = [];
  const credentials: string[] = [];

  async function serve(client: Socket): Promise<void> {
    // A client sends nothing before the answer to what it sent.
    const next = async () => (await once(client, 'data'))[0] as Buffer;
    const methods = await next();
    const wantsPassword = methods.subarray(2).includes(2);
    client.write(Buffer.from([5, wantsPassword ? 2 : 0]));
    if (wantsPassword) {
      const given = await next();
      const end = 2 + (given[1] ?? 0);
      credentials.push(`${given.subarray(2, end)}:${given.subarray(end + 1)}`);
      client.write(Buffer.from([1, 0]));
    }
    const request = await next();
    const port = request.readUInt16BE(request.length - 2);
    const host = request[3] === 3 ? request.subarray(5, -2).toString() : [...request.subarray(4, -2)].join('.');
    asked.push(`${host}:${port}`);
    join(client, port, Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
  }
  const server = createServer((client) => void serve(client).catch(() => client.destroy()));
  return { port: await listen(server), asked, credentials };
}
