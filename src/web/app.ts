/** Builds the parts of the dashboard, starts them, and stops them in reverse. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import * as v from 'valibot';
import { errnoOf, Problem } from '../core/problem.ts';
import type { Log } from '../shared/process/log.ts';
import { loadAssets } from './assets.ts';
import { createBot } from './bot/bot.ts';
import { createDeepLinkCache } from './bot/deep-links.ts';
import type { WebDependencies } from './dependencies.ts';
import { createFeed } from './events/feed.ts';
import type { ServerEvent } from './events/sse.ts';
import { createStreams } from './events/streams.ts';
import { createAccountRevocation } from './login/account-revocation.ts';
import { createHostAccounts } from './login/accounts.ts';
import { createHostSocket } from './login/host-socket.ts';
import { createLoginTokens } from './login/login-token.ts';
import { createOidc } from './login/oidc.ts';
import { createMetrics } from './metrics.ts';
import { createServer } from './server.ts';
import { createSessionFile } from './sessions/session-file.ts';
import { createSessions } from './sessions/sessions.ts';
import type { WebSettings } from './settings.ts';

const MAX_CONNECTIONS = 2_500;
/** How long requests under way may take to end when the service stops, ms. */
const STOP_MS = 5_000;

export interface Web {
  /** @throws Problem `listen`, `socket_path`, `storage` */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Where it listens, once it does. */
  readonly url: string;
  /** One line on how it stands. */
  standing(): string;
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const failed = once(server, 'error').then(([error]) => {
    throw new Problem('listen', `NOTIFY_WEB_LISTEN: can't listen on ${host}:${port} (${errnoOf(error)}).`);
  });
  server.listen(port, host);
  await Promise.race([once(server, 'listening'), failed]);
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
 * @param options.assetsDir the folder that the build made for browsers
 * @param options.now milliseconds since the epoch
 * @param options.getent what answers for the host's accounts
 */
export function createWeb(options: {
  readonly settings: WebSettings;
  readonly assetsDir: string;
  readonly log: Log;
  readonly now?: () => number;
  readonly getent?: string;
}): Web {
  const { settings, assetsDir, log, now = Date.now, getent } = options;
  const { host, port, stateDir } = settings;
  const bot = createBot(settings.botSocket);
  const streams = createStreams((session) => sessions.isAlive(session));
  const file = createSessionFile(stateDir, (sentence) => log.error({}, sentence));
  const sessions = createSessions({ file, now, onEnd: (session) => streams.cut(session) });
  const accounts = createHostAccounts(getent);
  const leavers = createAccountRevocation({ accounts, sessions, log, now });
  const oneTime = createLoginTokens(now);
  const deepLinks = createDeepLinkCache(bot, log, now);
  const feed = createFeed({
    bot,
    log,
    onState: (open) => streams.tellState(open),
    onEvent: (event) => {
      const user = ownerOf(event);
      // One that was opened, or given up in the chat, is used up.
      if (user !== undefined && event.event === 'link') deepLinks.forget(user);
      if (user !== undefined) streams.publish({ ...event, user });
      else if (event.event === 'gap') streams.tellGap(event);
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
    leavers,
    oneTime,
    oidc: oidcSettings && publicUrl && createOidc({ settings: oidcSettings, publicUrl, log, now }),
    metrics,
    log,
  };
  const limits = {
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    // Looked at more often than Node does by itself, so that who says nothing holds a connection no longer than that.
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 16 * 1024,
    keepAliveTimeout: 65_000,
  };
  const server = createAdaptorServer({ fetch: createServer(parts).fetch, serverOptions: limits }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  const urlOf = () => {
    const { address, port: bound, family } = server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  };
  const hostSocket = createHostSocket({
    path: settings.loginSocket,
    accounts,
    oneTime,
    sessions,
    addressOf: (token) => new URL(`/login/once/${token}`, publicUrl ?? urlOf()).href,
    log,
  });

  return {
    async start() {
      await sessions.open();
      await listen(server, host, port);
      await hostSocket.start();
      streams.tellState(false);
      streams.start();
      leavers.start(() => streams.sessions);
      feed.start();
      log.info({ url: urlOf(), public: publicUrl?.href, oidc: oidcSettings?.issuer.href }, 'The dashboard is open.');
    },
    async stop() {
      await hostSocket.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      leavers.stop();
      streams.stop();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), STOP_MS);
      await closed;
      clearTimeout(late);
      await feed.stop();
      await bot.close();
      await sessions.close();
    },
    get url() {
      return urlOf();
    },
    standing: () => `${sessions.count} log-ins, ${streams.count} pages open, ${feed.open ? 'live' : 'not live'}`,
  };
}
