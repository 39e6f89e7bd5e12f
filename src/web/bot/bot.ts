/** The dashboard's client for the bot's socket. It is a trusted caller and names the user of each request. */
import type { IncomingMessage } from 'node:http';
import { statusOf } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import type {
  DayCount,
  DeepLinkAnswer,
  DestinationAnswer,
  DestinationCodeAnswer,
  LinkedUser,
  ListedDelivery,
  MessagesAnswer,
  RunStatusAnswer,
  ScriptAnswer,
  StatusAnswer,
} from '../../shared/api/answers.ts';
import { createApiClient, type MessagesRequest } from '../../shared/api/client.ts';
import type { SettingsAnswer, SettingsBody } from '../../shared/api/people/settings.ts';
import type { SendersBody } from '../../shared/api/requests.ts';
import { type AlertRequests, createAlertRequests } from './alert-requests.ts';
import { openStream, type StreamOptions } from './stream.ts';

/** Time limit of a request, ms: below the minute after which proxies give up. */
const TIMEOUT_MS = 30_000;
/** Enough for many slow requests; the bot permits 1,200 for one account. */
const CONNECTIONS = 200;
/** How long a request waits for a script before the run continues in the background, ms. */
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

/** Every function throws a Problem with the bot's own sentence and code; `no_service` if the bot doesn't answer. */
export interface Bot extends AlertRequests {
  status(user: string): Promise<StatusAnswer>;
  /** @returns the time of the link, ISO 8601 */
  redeemCode(user: string, code: string): Promise<string>;
  deepLink(user: string): Promise<DeepLinkAnswer>;
  unlink(user: string): Promise<void>;
  messages(user: string, request: MessagesRequest): Promise<MessagesAnswer>;
  /** Sends the same message as `/test`. */
  test(user: string): Promise<void>;
  /** Sent, muted and failed messages by day and script. */
  counts(user: string, days: number): Promise<readonly DayCount[]>;
  scripts(user: string): Promise<readonly ScriptAnswer[]>;
  /** Runs a script, and waits some seconds for its result. */
  run(user: string, name: string): Promise<RunStatusAnswer>;
  log(user: string, name: string): Promise<readonly string[]>;
  /** Mutes a script, or everything, for an hour. */
  mute(user: string, script?: string): Promise<void>;
  unmute(user: string, script?: string): Promise<void>;
  settings(user: string): Promise<SettingsAnswer>;
  /** @throws Problem `bad_field` that names the setting */
  changeSettings(user: string, change: Omit<SettingsBody, 'user'>): Promise<void>;
  /** Those that the user owns or may send to. */
  destinations(user: string): Promise<readonly DestinationAnswer[]>;
  /** Whether a user may send to a registered destination, by its name or its public one. */
  maySend(user: string, name: string): Promise<boolean>;
  /** Sends a test message there, if the user may. @throws Problem `unknown_destination` where they may not */
  testDestination(user: string, name: string): Promise<void>;
  /** Makes a code that registers the place where it is sent. */
  addDestination(user: string, name: string, senders: readonly string[]): Promise<DestinationCodeAnswer>;
  /** Both do what the user may. */
  removeDestination(user: string, name: string): Promise<void>;
  changeSenders(user: string, name: string, change: Omit<SendersBody, 'user'>): Promise<void>;
  /** For admins: all linked users. */
  users(): Promise<readonly LinkedUser[]>;
  queue(): Promise<DeliveryList>;
  failed(): Promise<DeliveryList>;
  /** Sends a failed delivery again. */
  retry(delivery: string): Promise<void>;
  /** Whether the bot answers and trusts the dashboard, and the reasons of its health. */
  health(): Promise<{ readonly answers: boolean; readonly reasons: readonly string[] }>;
  /** Opens a picture or the event stream. The caller must read or destroy it. */
  stream(path: string, options?: StreamOptions): Promise<IncomingMessage>;
  close(): Promise<void>;
}

/** Whether the bot trusts the dashboard although it refused a request. @throws errors that are no answer of the bot */
function isTrustedStill(error: unknown): boolean {
  const status = error instanceof Problem ? statusOf(error.code) : undefined;
  if (status === undefined) throw error;
  return status !== 403;
}

/**
 * @param socketPath absolute
 * @param healthMs time limit of a health request
 */
export function createBot(socketPath: string, healthMs: number): Bot {
  const place = { socketPath, timeoutMs: TIMEOUT_MS, connections: CONNECTIONS };
  const client = createApiClient({ ...place, deadlineMs: TIMEOUT_MS });
  const monitor = createApiClient({ socketPath, timeoutMs: TIMEOUT_MS, deadlineMs: healthMs });

  // Asked for a user: the bot trusts the dashboard, which may send anywhere.
  const maySend = async (user: string, name: string) => {
    const { destinations } = await client.destinations(user);
    return destinations.some(
      (one) => one.may_send && (one.name === name || (one.username !== null && `@${one.username}` === name)),
    );
  };

  return {
    status: (user) => client.status(user),
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
    settings: (user) => client.settings(user),
    changeSettings: async (user, change) => void (await client.changeSettings({ ...change, user })),
    destinations: async (user) => (await client.destinations(user)).destinations,
    maySend,
    async testDestination(user, name) {
      if (!(await maySend(user, name))) {
        throw new Problem(
          'unknown_destination',
          `There is no destination ${JSON.stringify(name)} that you may send to.`,
        );
      }
      const text = `${user} tests the destination ${name}: messages arrive here.`;
      await client.send({ user, to: name, text, parse_mode: 'none', source: 'notify-web', wait: 0 });
    },
    addDestination: (user, name, senders) =>
      client.addDestination({ user, name, ...(senders.length > 0 && { senders: [...senders] }) }),
    removeDestination: (user, name) => client.removeDestination(name, user),
    changeSenders: async (user, name, change) => void (await client.changeSenders(name, { user, ...change })),
    ...createAlertRequests(client),
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
