import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf, Problem } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import { type Accounts, requireGroup } from './callers/accounts.ts';
import { createAllowances } from './callers/allowance.ts';
import { type CallerSettings, createIdentify } from './callers/callers.ts';
import { groupAtStart } from './callers/group-at-start.ts';
import { createRequestRates } from './callers/request-rates.ts';
import { createHandler } from './handler.ts';
import { createConnections } from './http/connections.ts';
import { createEventStreams } from './http/event-streams.ts';
import { createHttpServer } from './http/http-server.ts';
import { type HeldSocketPath, takePlace } from './http/socket-file.ts';
import { BACKLOG, FIRST_REQUEST_MS, MAX_CONNECTIONS, MAX_UNKNOWN_CONNECTIONS } from './limits.ts';
import { createEndpointRouter } from './router.ts';
import type { Services } from './services.ts';

export interface ApiSettings extends CallerSettings {
  /** Absolute. */
  readonly socketPath: string;
  /** A listening socket that the service manager opened at the path and keeps: clients wait in it while no service runs. */
  readonly listeningFd?: number;
  /** Requests a minute of one untrusted caller. */
  readonly ratePerMinute: number;
}

/** The settings that may change while the API runs. */
export type ApiLimits = Pick<ApiSettings, 'trustedUsers' | 'ratePerMinute' | 'group'>;

export interface Api {
  /**
   * Opens the socket.
   * @throws Problem `service_running`, `socket_path`, `unknown_group` on a host whose accounts are all its own, `no_kernel`
   */
  start(): Promise<void>;
  /**
   * Lets other settings count from the next request on. Callers begin with a full rate.
   * @throws Problem `unknown_group`, `accounts_unavailable`; the former settings then stay
   */
  reconfigure(limits: ApiLimits): Promise<void>;
  /** Removes the socket, lets running requests finish, and closes the remaining connections after `deadlineMs` milliseconds. */
  stop(deadlineMs: number): Promise<void>;
}

function listen(server: Server, path: string, where: { path: string } | { fd: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) =>
      reject(new Problem('socket_path', `${path}: can't listen there (${errnoOf(error)}).`, { cause: error }));
    server.once('error', failed);
    server.listen({ ...where, backlog: BACKLOG }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

/**
 * Sets the mode of the socket: 0666 without a group, else 0660 for the group. Where the service may not give a file to the
 * group, or a trusted user may be outside of it, or the group is not known yet, the mode is 0666 and the API alone refuses
 * other users.
 */
async function publish(
  set: HeldSocketPath['publish'],
  accounts: Accounts,
  settings: ApiLimits,
  log: Log,
): Promise<void> {
  if (settings.group === undefined) return set(0o666);
  const group = await groupAtStart(accounts, settings.group, log);
  if (group === undefined) return set(0o666);
  const isIn = (name: string) => accounts.isMember(name, group).catch(() => false);
  const trusted = await Promise.all(settings.trustedUsers.map(isIn));
  if (trusted.includes(false)) return set(0o666);
  try {
    await set(0o660, group.gid);
  } catch (error) {
    if (errnoOf(error) !== 'EPERM') throw error;
    log.info(
      { group: group.name },
      'The socket file stays open to all, since only members may give a file to a group.',
    );
    await set(0o666);
  }
}

/**
 * Creates the socket API of `docs/openapi.yaml`. Nothing happens before `start`.
 *
 * @param options.now milliseconds on a clock that never goes back
 */
export function createApi(options: {
  readonly services: Services;
  readonly accounts: Accounts;
  readonly settings: ApiSettings;
  readonly log: Log;
  readonly now?: () => number;
}): Api {
  const { services, accounts, log, now = () => performance.now() } = options;
  let { settings } = options;
  const createRates = () => createRequestRates({ perMinute: settings.ratePerMinute, now });
  let takeRequest = createRates();
  let place: HeldSocketPath | undefined;
  const trustedUids = new Set<number>();
  let stopping = false;
  let stopped: Promise<void> | undefined;
  const isStopping = () => stopping;

  const connections = createConnections({
    max: MAX_CONNECTIONS,
    maxUnknown: MAX_UNKNOWN_CONNECTIONS,
    isExempt: (uid) => uid === 0 || uid === settings.serviceUid || trustedUids.has(uid),
    hasAccount: async (uid) => (await accounts.byUid(uid)) !== undefined,
  });
  const streams = createEventStreams(now);
  const handler = createHandler({
    services,
    accounts,
    streams,
    identify: createIdentify(accounts, () => settings),
    router: createEndpointRouter(),
    takeRequest: (uid, kind) => takeRequest(uid, kind),
    allowanceOf: createAllowances(now),
    isStopping,
    log,
    now,
  });
  const server = createHttpServer(connections, handler, isStopping);

  const closeServer = async (deadlineMs: number) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    connections.closeUsed();
    const silent = setTimeout(() => connections.closeIdle(), Math.min(deadlineMs, FIRST_REQUEST_MS));
    const deadline = new AbortController();
    await Promise.race([closed, sleep(deadlineMs, undefined, { signal: deadline.signal }).catch(() => {})]);
    deadline.abort();
    clearTimeout(silent);
    connections.closeAll();
    server.closeAllConnections();
    await closed;
  };

  /** Gives trusted users connections of their own. A misspelt name has no effect, so it is logged. */
  const lookUpTrustedUsers = async () => {
    trustedUids.clear();
    for (const name of settings.trustedUsers) {
      // An account service that is away may know the name; health reports it.
      const known = await accounts.byName(name).catch(() => 'perhaps' as const);
      if (known === undefined) log.warn({ user: name }, 'NOTIFY_TRUSTED_USERS: this host has no user of that name.');
      else if (known !== 'perhaps' && settings.trustedUsers.includes(name)) trustedUids.add(known.uid);
    }
  };

  const watch = () => {
    void lookUpTrustedUsers();
    server.on('error', (error) => log.error({ err: error }, 'The socket reports an error.'));
    log.info({ socket: settings.socketPath }, 'The socket is open.');
  };

  const stop = async (deadlineMs: number) => {
    stopping = true;
    streams.close();
    await place?.withdraw();
    if (server.listening) await closeServer(deadlineMs);
    await place?.release();
    log.info({ socket: settings.socketPath }, 'The socket is closed.');
  };

  return {
    async start() {
      const { socketPath, listeningFd } = settings;
      if (listeningFd !== undefined) {
        if (settings.group !== undefined) await groupAtStart(accounts, settings.group, log);
        await listen(server, socketPath, { fd: listeningFd });
        watch();
        return;
      }
      place = await takePlace(socketPath, accounts);
      try {
        await listen(server, socketPath, { path: place.bindPath });
        await publish(place.publish, accounts, settings, log);
      } catch (error) {
        if (server.listening) await closeServer(0);
        await place.release();
        throw error;
      }
      watch();
    },
    async reconfigure({ group, trustedUsers, ratePerMinute }) {
      if (group !== undefined) await requireGroup(accounts, group);
      const { group: _, ...others } = settings;
      const next = { ...others, trustedUsers, ratePerMinute, ...(group !== undefined && { group }) };
      if (place !== undefined) await publish(place.change, accounts, next, log);
      settings = next;
      takeRequest = createRates();
      void lookUpTrustedUsers();
    },
    stop(deadlineMs) {
      stopped ??= stop(deadlineMs);
      return stopped;
    },
  };
}
