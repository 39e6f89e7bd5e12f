/** The bot's socket as the dashboard uses it: a trusted caller that names the user it asks for. */
import type { IncomingMessage } from 'node:http';
import { statusOf } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import type {
  DayCount,
  DeepLinkAnswer,
  LinkedUser,
  ListedDelivery,
  MessagesAnswer,
  RunStatusAnswer,
  ScriptAnswer,
  StatusAnswer,
} from '../../shared/api/answers.ts';
import { createApiClient, type MessagesRequest } from '../../shared/api/client.ts';
import { openStream, type StreamOptions } from './stream.ts';

/** How long a page waits for the bot, ms: less than the minute after which proxies give up. */
const TIMEOUT_MS = 30_000;
/** The same for monitoring; Prometheus waits for 10 s. */
const HEALTH_MS = 5_000;
/** Enough for many people whose requests take long; the bot lets one account have 1,200. */
const CONNECTIONS = 200;
/** How long a page waits for a script, ms; then the script runs on without it. */
const RUN_WAIT_MS = 8_000;
const LOG_LINES = 100;
const UNTRUSTED = 'The bot does not trust this service: add its user to NOTIFY_TRUSTED_USERS of the bot.';
/** Deliveries on the page for admins. */
const DELIVERIES = 100;

/** A part of a list of deliveries. */
export interface DeliveryList {
  readonly deliveries: readonly ListedDelivery[];
  readonly total: number;
}

/** Every function throws a Problem with the bot's own sentence and code; `no_service` when it doesn't answer. */
export interface Bot {
  standing(user: string): Promise<StatusAnswer>;
  /** @returns when it was linked, ISO 8601 */
  redeemCode(user: string, code: string): Promise<string>;
  deepLink(user: string): Promise<DeepLinkAnswer>;
  unlink(user: string): Promise<void>;
  messages(user: string, request: MessagesRequest): Promise<MessagesAnswer>;
  /** Sends what `/test` sends. */
  test(user: string): Promise<void>;
  /** How many were sent, muted and failed, by day and script. */
  counts(user: string, days: number): Promise<readonly DayCount[]>;
  scripts(user: string): Promise<readonly ScriptAnswer[]>;
  /** Runs a script, and waits some seconds for its end. */
  run(user: string, name: string): Promise<RunStatusAnswer>;
  log(user: string, name: string): Promise<readonly string[]>;
  /** For an hour; without a script everything. */
  mute(user: string, script?: string): Promise<void>;
  unmute(user: string, script?: string): Promise<void>;
  /** Every user's, for admins. */
  users(): Promise<readonly LinkedUser[]>;
  queue(): Promise<DeliveryList>;
  failed(): Promise<DeliveryList>;
  /** Sends a failed delivery again. */
  retry(delivery: string): Promise<void>;
  /** Whether it answers and trusts the dashboard, and its reasons when it is degraded. */
  health(): Promise<{ readonly answers: boolean; readonly reasons: readonly string[] }>;
  /** Opens a picture or the stream of events. The caller reads it, or destroys it. */
  stream(path: string, options?: StreamOptions): Promise<IncomingMessage>;
  close(): Promise<void>;
}

/** Whether a refused request leaves the dashboard trusted. @throws what is no answer of the bot's */
function isTrustedStill(error: unknown): boolean {
  const status = error instanceof Problem ? statusOf(error.code) : undefined;
  if (status === undefined) throw error;
  return status !== 403;
}

/** @param socketPath absolute */
export function createBot(socketPath: string): Bot {
  const place = { socketPath, timeoutMs: TIMEOUT_MS, connections: CONNECTIONS };
  const client = createApiClient({ ...place, deadlineMs: TIMEOUT_MS });
  const monitor = createApiClient({ socketPath, timeoutMs: TIMEOUT_MS, deadlineMs: HEALTH_MS });

  return {
    standing: (user) => client.status(user),
    redeemCode: async (user, code) => (await client.redeemCode(code, user)).linked_at,
    deepLink: (user) => client.deepLink(user),
    unlink: async (user) => void (await client.unlink(user)),
    messages: (user, request) => client.messages({ user, ...request }),
    test: async (user) => void (await client.test(user, 0)),
    counts: async (user, days) => (await client.counts(days, user)).days,
    scripts: async (user) => (await client.scripts(user)).scripts,
    run: (user, name) => client.runScript(name, RUN_WAIT_MS, user),
    log: async (user, name) => (await client.scriptLog(name, LOG_LINES, user)).lines,
    mute: async (user, script) => void (await client.mute(user, script)),
    unmute: (user, script) => client.unmute(user, script),
    users: async () => (await client.users()).users,
    async queue() {
      const { queue, total } = await client.queue(DELIVERIES);
      return { deliveries: queue, total };
    },
    async failed() {
      const { failed, total } = await client.failed(DELIVERIES);
      return { deliveries: failed, total };
    },
    retry: (delivery) => client.retry(delivery),
    async health() {
      try {
        // The list of deliveries is for trusted callers, so it shows whether the bot trusts the dashboard.
        const [{ reasons = [] }, trusted] = await Promise.all([
          monitor.health(),
          monitor.queue(1).then(() => true, isTrustedStill),
        ]);
        return trusted ? { answers: true, reasons } : { answers: false, reasons: [UNTRUSTED] };
      } catch (error) {
        return { answers: false, reasons: [error instanceof Problem ? error.message : 'notify-bot does not answer.'] };
      }
    },
    stream: (path, options) => openStream(place, path, options),
    async close() {
      await Promise.all([client.close(), monitor.close()]);
    },
  };
}
