/**
 * The unix socket on which `notify-runner web` requests a one-time address, and on which a sysadmin lists and ends
 * sessions, and makes and removes machine keys. The kernel identifies the caller, and the address is for that account
 * only. No claim of the caller is trusted, and no body is read.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { createConcurrencyLimit } from '../../shared/fairness/concurrency-limit.ts';
import { peerCredentials } from '../../shared/host/libc.ts';
import { createRateLimit } from '../../shared/http/rate-limit.ts';
import type { Log } from '../../shared/process/log.ts';
import { errorStatus } from '../error-status.ts';
import { listenOnPath } from '../listen/unix-socket.ts';
import type { KeyRequests } from '../machines/key-requests.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { HostAccounts } from './accounts.ts';
import { createHostConnections } from './host-connections.ts';
import type { LoginTokens } from './login-token.ts';
import { listSessions, logOut, requireSysadmin } from './sysadmin.ts';

const PER_MINUTE = 20;
/** Lookups of accounts at a time, in turns of the callers: each is a process, of which the unit may have 64 (`TasksMax`). */
const LOOKUPS = { perParty: 1, overall: 8 };

export interface HostSocket {
  /** @throws Problem `socket_path` */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param options.addressOf makes the one-time address of a token */
export function createHostSocket(options: {
  readonly path: string;
  readonly accounts: HostAccounts;
  readonly loginTokens: LoginTokens;
  readonly sessions: Sessions;
  readonly keys: KeyRequests;
  readonly addressOf: (token: string) => string;
  readonly log: Log;
}): HostSocket {
  const { path, accounts, loginTokens, sessions, keys, addressOf, log } = options;
  const rate = createRateLimit({ perMinute: PER_MINUTE, now: () => performance.now() });

  const lookups = createConcurrencyLimit(LOOKUPS);
  const connections = createHostConnections();

  /** @throws Problem `no_account`, `accounts_unavailable`; `connection_lost` when the caller left before its turn */
  const nameOf = async (uid: number, { socket }: IncomingMessage) => {
    const place = await lookups.enter(String(uid));
    try {
      if (socket.destroyed) throw new Problem('connection_lost', 'The caller left.');
      const name = await accounts.nameOf(uid);
      connections.settle(uid, true);
      return name;
    } catch (error) {
      if (error instanceof Problem && error.code === 'no_account') connections.settle(uid, false);
      throw error;
    } finally {
      place.free();
    }
  };

  const addressFor = async (uid: number, request: IncomingMessage) => {
    if (rate.take(uid) > 0) throw new Problem('too_many_requests', 'Too many requests: try again in a minute.');
    const user = await nameOf(uid, request);
    const { token, expiresAt } = loginTokens.issue({ user, uid, root: uid === 0 });
    log.info({ user }, 'A one-time address was issued.');
    return { ok: true, user, url: addressOf(token), expires_at: new Date(expiresAt).toISOString() };
  };

  const logUserOut = async (uid: number, user: string | undefined) => {
    const result = await logOut(uid, { sessions, loginTokens }, user);
    log.info(result, 'Logged out by a sysadmin.');
    return result;
  };

  const answer = async (request: IncomingMessage) => {
    const { socket, method, url = '' } = request;
    const { uid } = peerCredentials(socket);
    if (method === 'POST' && url === '/login') return addressFor(uid, request);
    const [pathname = '', search] = url.split('?', 2);
    const query = new URLSearchParams(search);
    const user = query.get('user') ?? undefined;
    switch (`${method} ${pathname}`) {
      case 'GET /sessions':
        return listSessions(uid, sessions, user);
      case 'POST /log-out':
        return logUserOut(uid, user);
      case 'GET /keys':
        requireSysadmin(uid);
        return keys.list();
      case 'POST /keys':
        requireSysadmin(uid);
        return keys.add(query);
      case 'DELETE /keys':
        requireSysadmin(uid);
        return keys.remove(query);
      default:
        throw new Problem('not_found', 'There is nothing at this path.');
    }
  };

  const write = (response: ServerResponse, status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
    response.end(`${JSON.stringify(body)}\n`);
  };

  const server = createServer(
    { requestTimeout: 5_000, headersTimeout: 5_000, maxHeaderSize: 4096 },
    (request, response) => {
      request.resume();
      if (!connections.begin(request, response)) return;
      answer(request)
        .then((body) => write(response, 200, body))
        .catch((error: unknown) => {
          const code = error instanceof Problem ? error.code : 'internal';
          if (code === 'internal') log.error({ err: error }, 'A request on the host socket failed.');
          const sentence = error instanceof Problem ? sentenceOf(error) : 'An internal error occurred in notify-web.';
          write(response, errorStatus(code), { error: sentence, code });
        });
    },
  );
  server.prependListener('connection', connections.admit);

  return {
    // Every user may connect; each gets addresses only for themselves.
    start: () => listenOnPath(server, path, 0o666),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
