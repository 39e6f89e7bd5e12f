/**
 * Where the dashboard listens: on the sockets that systemd holds for it, so that no other program can take the port while
 * the service restarts, and on those that the settings name.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { errnoOf, Problem } from '../../core/problem.ts';
import { createRequestTurns } from '../../shared/fairness/request-turns.ts';
import { createRateLimit } from '../../shared/http/rate-limit.ts';
import type { Log } from '../../shared/process/log.ts';
import type { WebEnv } from '../context.ts';
import { DEFAULT_LISTEN, type ListenAddress, type WebSettings } from '../settings.ts';
import { createConnections } from './connections.ts';
import { createLocalOwners } from './local-owner.ts';
import { listenOnPath } from './unix-socket.ts';

/** Of one socket, which sources share: one alone may have 1,500. */
const MAX_CONNECTIONS = 2_500;
/**
 * Requests a minute of one source, which may be an office behind one address: the limits of five users, or 400 pages, each
 * with its style and scripts. Further ones wait.
 */
const REQUESTS_PER_MINUTE = 3_000;
/** Connections that may wait to be accepted, as in `notify-web.socket`: the kernel may allow fewer. */
const BACKLOG = 4096;
/** Mode of the proxy's socket: only the owner and the group may say for whom they ask. */
const PROXY_MODE = 0o660;

type Fetch = (request: Request, env: WebEnv['Bindings']) => Response | Promise<Response>;

export interface Listeners {
  /** @throws Problem `listen`, `socket_path` */
  start(): Promise<void>;
  /** Ends when every request has ended, the last ones after `stopMs` by force. */
  stop(stopMs: number): Promise<void>;
  /** The address without a proxy, once it listens; `undefined` when there is none. */
  readonly url: string | undefined;
}

function urlOf(server: Server): string | undefined {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return undefined;
  const { address, port, family } = bound;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

const portOf = (server: Server) => (server.address() as AddressInfo | null)?.port;

async function closeServer(server: Server, stopMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), stopMs);
  await closed;
  clearTimeout(late);
}

/**
 * @param options.inherited descriptors of the sockets that systemd opened
 * @param options.limits of Node's HTTP server, for each socket
 */
export function createListeners(options: {
  readonly settings: Pick<WebSettings, 'listen' | 'proxySocket'>;
  readonly inherited: readonly number[];
  readonly fetch: Fetch;
  readonly limits: object;
  readonly log: Log;
}): Listeners {
  const { settings, inherited, fetch, limits, log } = options;
  const servers: Server[] = [];

  const owners = createLocalOwners();
  const rate = createRateLimit<string>({ perMinute: REQUESTS_PER_MINUTE, now: () => performance.now() });
  const turns = createRequestTurns({ perTurn: 1, waitMs: rate.take });

  /** A server for one socket. A unix socket is a proxy's, since browsers can't connect to one. */
  const addServer = (): Server => {
    let viaProxy = false;
    const connections = createConnections({
      places: MAX_CONNECTIONS,
      viaProxy: () => viaProxy,
      owners,
      turns,
      serve: (incoming, outgoing, source) => {
        const bindings = { incoming, outgoing, viaProxy, source };
        void getRequestListener((request) => fetch(request, bindings))(incoming, outgoing);
      },
    });
    const server = createServer(limits, connections.take);
    server.prependListener('connection', connections.admit);
    server.prependOnceListener('listening', () => {
      // Node names no path for a unix socket that was inherited.
      viaProxy = server.address() === null || typeof server.address() === 'string';
    });
    servers.push(server);
    return server;
  };

  const listen = async (where: ListenAddress | { readonly fd: number }, words: string) => {
    const server = addServer();
    const failed = once(server, 'error').then(([error]) => {
      throw new Problem('listen', `${words} (${errnoOf(error)}).`, { cause: error });
    });
    server.listen({ ...where, backlog: BACKLOG });
    await Promise.race([once(server, 'listening'), failed]);
  };

  const openOwn = async (address: ListenAddress) => {
    if (inherited.length > 0) {
      if (servers.some((server) => portOf(server) === address.port)) return;
      const where = `${address.host}:${address.port}`;
      log.warn({ listen: where }, 'systemd does not hold this address: see NOTIFY_WEB_LISTEN in dashboard.md.');
    }
    await listen(address, `NOTIFY_WEB_LISTEN: can't listen on ${address.host}:${address.port}`);
  };

  return {
    async start() {
      for (const fd of inherited) await listen({ fd }, `Can't listen on the socket ${fd} of systemd's`);
      const address = settings.listen ?? (inherited.length === 0 ? DEFAULT_LISTEN : undefined);
      if (address !== undefined) await openOwn(address);
      if (settings.proxySocket !== undefined) await listenOnPath(addServer(), settings.proxySocket, PROXY_MODE);
    },
    async stop(stopMs) {
      await Promise.all(servers.splice(0).map((server) => closeServer(server, stopMs)));
    },
    get url() {
      return servers.map(urlOf).findLast((url) => url !== undefined);
    },
  };
}
