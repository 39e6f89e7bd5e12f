/**
 * An address that leads to the demo's dashboard for as long as the demo runs: each visit gets a one-time address of its
 * own. Whoever knows its random path may enter, as with a one-time address.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSocketClient } from '../shared/http/socket-client.ts';
import { isJsonObject } from '../shared/json/json-object.ts';

/** How long the dashboard may take for a one-time address, ms. */
const ANSWER_MS = 15_000;

export interface DashboardDoor {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param webSocket the dashboard's socket for one-time addresses */
export async function openDashboardDoor(webSocket: string): Promise<DashboardDoor> {
  const path = `/${randomBytes(16).toString('base64url')}`;
  const freshAddress = async () => {
    const client = createSocketClient({ socketPath: webSocket, timeoutMs: ANSWER_MS, service: 'notify-web' });
    try {
      const { body } = await client.request('POST', '/login');
      return isJsonObject(body) && typeof body.url === 'string' ? body.url : undefined;
    } finally {
      await client.close();
    }
  };
  const server = createServer((request, response) => {
    const answer = (status: number, headers: Readonly<Record<string, string>>, text: string) => {
      response.writeHead(status, {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
        ...headers,
      });
      response.end(text);
    };
    if (request.method !== 'GET' || request.url !== path) return answer(404, {}, 'There is nothing at this address.\n');
    freshAddress()
      .catch(() => undefined)
      .then((location) => {
        if (location === undefined) return answer(503, {}, 'The dashboard gave no address: try again in a minute.\n');
        return answer(303, { location, 'referrer-policy': 'no-referrer' }, '');
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
