/** Builds the parts of the dashboard, starts them, and stops them in reverse order. */
import * as v from 'valibot';
import type { Log } from '../shared/process/log.ts';
import { loadAssets } from './assets.ts';
import { createBot } from './bot/bot.ts';
import { createDeepLinkCache } from './bot/deep-links.ts';
import type { WebDependencies } from './dependencies.ts';
import { createFeed } from './events/feed.ts';
import type { ServerEvent } from './events/sse.ts';
import { createStreams } from './events/streams.ts';
import { TIMING, type Timing } from './guard/timing.ts';
import { createListeners } from './listen/listeners.ts';
import { createAccountRevocation } from './login/account-revocation.ts';
import { createHostAccounts } from './login/accounts.ts';
import { createHostSocket } from './login/host-socket.ts';
import { createLoginTokens } from './login/login-token.ts';
import { createOidc } from './login/oidc.ts';
import { createKeyFile } from './machines/key-file.ts';
import { createKeyRequests } from './machines/key-requests.ts';
import { createMachineKeys } from './machines/machine-keys.ts';
import { createMetrics } from './metrics.ts';
import { createServer } from './server.ts';
import { createSessionFile } from './sessions/session-file.ts';
import { createSessions } from './sessions/sessions.ts';
import { DEFAULT_LISTEN, type WebSettings } from './settings.ts';

export interface Web {
  /** @throws Problem `listen`, `socket_path`, `storage` */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Its address, once it listens: the public one, else its own. */
  readonly url: string;
  /** Its state as one line. */
  statusLine(): string;
}

const owned = v.object({ user: v.string() });

function ownerOf({ data }: ServerEvent): string | undefined {
  try {
    const found = v.safeParse(owned, JSON.parse(data));
    return found.success ? found.output.user : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param options.assetsDir the folder of files for browsers, made by the build
 * @param options.now milliseconds since the epoch
 * @param options.getent the `getent` to run
 * @param options.timing its time limits
 * @param options.inherited descriptors of the sockets that systemd opened for it
 */
export function createWeb(options: {
  readonly settings: WebSettings;
  readonly assetsDir: string;
  readonly log: Log;
  readonly now?: () => number;
  readonly getent?: string;
  readonly timing?: Timing;
  readonly inherited?: readonly number[];
}): Web {
  const { settings, assetsDir, log, now = Date.now, getent, timing = TIMING, inherited = [] } = options;
  const { stateDir } = settings;
  const bot = createBot(settings.botSocket, timing.healthMs);
  const streams = createStreams((session) => sessions.isAlive(session), timing.heartbeatMs);
  const file = createSessionFile(stateDir, (sentence) => log.error({}, sentence));
  const sessions = createSessions({ file, now, onEnd: (session) => streams.cut(session) });
  const accounts = createHostAccounts(getent === undefined ? {} : { command: getent });
  const revocation = createAccountRevocation({ accounts, sessions, log, now });
  const loginTokens = createLoginTokens(now);
  const machineKeys = createMachineKeys({
    file: createKeyFile(stateDir, (sentence) => log.error({}, sentence)),
    now,
  });
  const deepLinks = createDeepLinkCache(bot, log, now);
  const feed = createFeed({
    bot,
    log,
    onState: (open) => streams.publishState(open),
    onEvent: (event) => {
      const user = ownerOf(event);
      // The one-time link may have been used.
      if (user !== undefined && event.event === 'link') deepLinks.forget(user);
      if (user !== undefined) streams.publish({ ...event, user });
      else if (event.event === 'gap') streams.publishGap(event);
    },
  });
  const { oidc: oidcSettings, publicUrl } = settings;
  const metrics = createMetrics({
    sessions: () => sessions.count,
    streams: () => streams.count,
    feedOpen: () => feed.open,
  });
  const parts: WebDependencies = {
    settings,
    assets: loadAssets(assetsDir),
    bot,
    deepLinks,
    sessions,
    streams,
    accounts,
    revocation,
    loginTokens,
    machineKeys,
    isBotNear: () => feed.open,
    oidc: oidcSettings && publicUrl && createOidc({ settings: oidcSettings, publicUrl, log, now }),
    metrics,
    log,
  };
  const limits = {
    headersTimeout: timing.headMs,
    requestTimeout: timing.requestMs,
    connectionsCheckingInterval: timing.checkMs,
    maxHeaderSize: 16 * 1024,
    keepAliveTimeout: 65_000,
  };
  const listeners = createListeners({ settings, inherited, fetch: createServer(parts).fetch, limits, log });
  const urlOf = () => publicUrl?.href ?? listeners.url ?? `http://${DEFAULT_LISTEN.host}`;
  const hostSocket = createHostSocket({
    path: settings.loginSocket,
    accounts,
    loginTokens,
    sessions,
    keys: createKeyRequests({ keys: machineKeys, uidOf: accounts.uidOf, maySend: bot.maySend, log }),
    addressOf: (token) => new URL(`/login/once/${token}`, urlOf()).href,
    log,
  });

  return {
    async start() {
      await sessions.open();
      await machineKeys.open();
      await listeners.start();
      await hostSocket.start();
      streams.publishState(false);
      streams.start();
      revocation.start(() => streams.sessions);
      feed.start();
      log.info(
        { url: listeners.url, public: publicUrl?.href, oidc: oidcSettings?.issuer.href },
        'The dashboard is listening.',
      );
    },
    async stop() {
      await hostSocket.stop();
      revocation.stop();
      streams.stop();
      await listeners.stop(timing.stopMs);
      await feed.stop();
      await bot.close();
      await sessions.close();
    },
    get url() {
      return urlOf();
    },
    statusLine: () => `${sessions.count} sessions, ${streams.count} open pages, ${feed.open ? 'live' : 'not live'}`,
  };
}
