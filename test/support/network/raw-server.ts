import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server that says whatever a test wants, byte by byte. */
export interface RawServer {
  readonly url: string;
  /** The heads of the requests that came, oldest first. */
  readonly requests: string[];
  /** How many connections were made so far. */
  readonly connections: number;
}

/** Starts one that is gone after the test. @param answer called with each request's first bytes */
export async function rawServer(answer: (socket: Socket, head: string) => void): Promise<RawServer> {
  const open = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    open.add(socket);
    connections += 1;
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const head = data.toString('latin1');
      if (!/^(GET|POST) /.test(head)) return;
      requests.push(head.slice(0, head.indexOf('\r\n')));
      answer(socket, head);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
  };
}

/** A whole HTTP answer. */
export function http(body: string, status = 200, type = 'application/json'): string {
  return `HTTP/1.1 ${status} Status\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
