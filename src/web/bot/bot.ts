/** The bot's socket as the dashboard uses it: a trusted caller that says for whom it asks. */
import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { isCode } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { createSocketClient } from '../../shared/http/socket-client.ts';
import * as shapes from './shapes.ts';
import { openStream, type StreamOptions } from './stream.ts';

/** How long somebody waits for the bot, ms: less than the minute after which proxies give up. */
const TIMEOUT_MS = 30_000;
/** The same for those who watch over the service; Prometheus waits for 10 s. */
const HEALTH_MS = 5_000;
/** Enough for many people whose requests take long; the bot lets one account have 1,200. */
const CONNECTIONS = 200;
/** How long somebody waits for a script before it goes on without them, ms. */
const RUN_WAIT_MS = 8_000;
const LOG_LINES = 100;
const UNTRUSTED = 'The bot does not trust this service: add its user to NOTIFY_TRUSTED_USERS of the bot.';
/** As many as somebody looks through. */
const DELIVERIES = 100;

/** Which messages to show. */
export interface MessageQuery {
  readonly limit: number;
  /** Those older than this one. */
  readonly before?: string;
  readonly status?: string;
  readonly source?: string;
  /** What must stand in them. */
  readonly q?: string;
}

/** Every function throws a Problem with the bot's own sentence and code; `no_service` when it doesn't answer. */
export interface Bot {
  standing(user: string): Promise<shapes.AccountStatusView>;
  /** @returns when it was linked, ISO 8601 */
  redeemCode(user: string, code: string): Promise<string>;
  deepLink(user: string): Promise<shapes.DeepLink>;
  unlink(user: string): Promise<void>;
  messages(user: string, query: MessageQuery): Promise<shapes.Messages>;
  /** Sends what `/test` sends. */
  test(user: string): Promise<void>;
  /** How many were sent, muted and failed, by day and script. */
  counts(user: string, days: number): Promise<readonly shapes.DayCount[]>;
  scripts(user: string): Promise<readonly shapes.ScriptView[]>;
  /** Runs a script, and waits some seconds for how it ends. */
  run(user: string, name: string): Promise<shapes.Run>;
  log(user: string, name: string): Promise<readonly string[]>;
  /** For an hour; without a script everything. */
  mute(user: string, script?: string): Promise<void>;
  unmute(user: string, script?: string): Promise<void>;
  /** Everybody's, for admins. */
  users(): Promise<readonly shapes.LinkedUser[]>;
  queue(): Promise<{ readonly deliveries: readonly shapes.WaitingView[]; readonly total: number }>;
  failed(): Promise<{ readonly deliveries: readonly shapes.WaitingView[]; readonly total: number }>;
  /** Sends a failed delivery again. */
  retry(delivery: string): Promise<void>;
  /** Whether it answers, and trusts us; and its reasons when all is not well. */
  health(): Promise<{ readonly answers: boolean; readonly reasons: readonly string[] }>;
  /** Opens what comes in pieces. The caller reads it, or destroys it. */
  stream(path: string, options?: StreamOptions): Promise<IncomingMessage>;
  close(): Promise<void>;
}

/** Nothing more is read of it. */
const done = v.object({});
const failure = v.object({ error: v.string(), code: v.string() });
const health = v.object({ reasons: v.optional(v.array(v.string()), []) });

function read<T extends v.GenericSchema>(shape: T, body: unknown): v.InferOutput<T> {
  const found = v.safeParse(shape, body);
  if (found.success) return found.output;
  throw new Problem('bad_answer', 'What answers on the bot’s socket is not notify-bot, or another version of it.');
}

type Fields = Readonly<Record<string, string | number | undefined>>;

function queryOf(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

/** @param socketPath absolute */
export function createBot(socketPath: string): Bot {
  const place = { socketPath, timeoutMs: TIMEOUT_MS, connections: CONNECTIONS };
  const client = createSocketClient(place);

  /** Also waits in vain for no longer when the bot hangs and all connections to it are taken. */
  const request = async (method: 'GET' | 'POST', path: string, body?: object, waitMs = TIMEOUT_MS) => {
    const late = new Problem('timeout', `notify-bot did not answer ${method} ${path} in ${waitMs / 1000} s.`);
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(late), waitMs);
    try {
      return await client.request(method, path, body, { signal: over.signal });
    } finally {
      clearTimeout(timer);
    }
  };

  const ask = async <T extends v.GenericSchema>(method: 'GET' | 'POST', path: string, shape: T, body?: object) => {
    const answer = await request(method, path, body);
    if (answer.status >= 200 && answer.status < 300) return read(shape, answer.body);
    const { error, code } = read(failure, answer.body);
    throw new Problem(isCode(code) ? code : 'unknown_error', error);
  };

  return {
    standing: (user) => ask('GET', `/status?${queryOf({ user })}`, shapes.standing),
    redeemCode: async (user, code) => (await ask('POST', '/link', shapes.linked, { user, code })).linked_at,
    deepLink: (user) => ask('POST', '/link', shapes.deepLink, { user }),
    unlink: async (user) => void (await ask('POST', '/unlink', shapes.unlinked, { user })),
    messages: (user, query) => ask('GET', `/messages?${queryOf({ user, ...query })}`, shapes.messages),
    test: async (user) => void (await ask('POST', '/test', done, { user, wait: 0 })),
    counts: async (user, days) => (await ask('GET', `/counts?${queryOf({ user, days })}`, shapes.counts)).days,
    scripts: async (user) => (await ask('GET', `/scripts?${queryOf({ user })}`, shapes.scripts)).scripts,
    run: (user, name) => ask('POST', '/scripts/run', shapes.run, { user, name, wait: RUN_WAIT_MS }),
    log: async (user, name) =>
      (await ask('GET', `/scripts/log?${queryOf({ user, name, lines: LOG_LINES })}`, shapes.log)).lines,
    mute: async (user, script) =>
      void (await ask('POST', '/mute', done, { user, ...(script !== undefined && { script }) })),
    unmute: async (user, script) =>
      void (await ask('POST', '/unmute', done, { user, ...(script !== undefined && { script }) })),
    users: async () => (await ask('GET', '/users', shapes.users)).users,
    async queue() {
      const { queue, total } = await ask('GET', `/queue?${queryOf({ limit: DELIVERIES })}`, shapes.queue);
      return { deliveries: queue, total };
    },
    async failed() {
      const { failed, total } = await ask('GET', `/failed?${queryOf({ limit: DELIVERIES })}`, shapes.failed);
      return { deliveries: failed, total };
    },
    retry: async (delivery) => void (await ask('POST', '/retry', done, { delivery })),
    async health() {
      try {
        const [{ body }, { status }] = await Promise.all([
          request('GET', '/health', undefined, HEALTH_MS),
          request('GET', '/queue?limit=1', undefined, HEALTH_MS),
        ]);
        if (status === 403) return { answers: false, reasons: [UNTRUSTED] };
        return { answers: true, reasons: read(health, body).reasons };
      } catch (error) {
        return { answers: false, reasons: [error instanceof Problem ? error.message : 'notify-bot does not answer.'] };
      }
    },
    stream: (path, options) => openStream(place, path, options),
    close: () => client.close(),
  };
}
