import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accounts } from '../../../src/bot/api/callers/accounts.ts';
import { type App, createApp } from '../../../src/bot/app.ts';
import { STRANGER_LIMITS, type StrangerLimits } from '../../../src/bot/chat/asking/strangers.ts';
import type { BotSettings } from '../../../src/bot/settings.ts';
import { TELEGRAM_LIMITS } from '../../../src/bot/telegram/limits.ts';
import type { Limits } from '../../../src/queue/ports.ts';
import type { SandboxMessage } from '../../../src/sandbox/model.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { createSocketClient, type SocketAnswer, type SocketClient } from '../../../src/shared/http/socket-client.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { createPeople, type People } from '../host/people.ts';
import { freePort } from '../network/free-port.ts';
import { waitFor } from '../wait-for.ts';

/** A bot and a pretend Telegram, both real, in a folder of their own. */
export interface RunningBot {
  readonly app: App;
  readonly sandbox: Sandbox;
  readonly client: SocketClient;
  readonly dataDir: string;
  readonly settings: BotSettings;
  /** Every line the bot logged. */
  readonly logged: string[];
  /** `POST /send`. */
  send(body: object): Promise<SocketAnswer>;
  /** The newest message of the bot's in a chat. */
  last(chatId: number): SandboxMessage | undefined;
  /** The next message of the bot's in a chat after those that are there when it is called. */
  next(chatId: number, timeoutMs?: number): Promise<SandboxMessage>;
  /** Writes to the bot and waits for its answer. */
  ask(chatId: number, text: string, timeoutMs?: number): Promise<SandboxMessage>;
  /** Links a user through `/start` and the code; one that this host doesn't have becomes one of the `people`. */
  link(user: string, chatId: number): Promise<void>;
  readonly people: People;
  /** Builds another service on the same settings, or others; it is not started. */
  /** Sends a command, presses the button under the question, and resolves with the next message. */
  confirm(chatId: number, text: string): Promise<SandboxMessage>;
  another(settings?: Partial<BotSettings>): App;
  /** Ends the bot and starts another one on the same folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What a test may choose; everything has a value of its own. */
export interface RunningBotOptions {
  readonly sandbox?: SandboxOptions;
  readonly settings?: Partial<BotSettings>;
  /** Keep Telegram's rates, on both sides; without it nothing waits for them. */
  readonly rates?: boolean;
  /** Users and the chats they are linked to, written as another program would. */
  readonly links?: Readonly<Record<string, number>>;
  /** How long a call to Telegram may take, milliseconds. */
  readonly callMs?: number;
  /** Log without knowing the token, to see what would be in it. */
  readonly unredacted?: boolean;
  /** Other accounts than this host's. */
  readonly accounts?: Accounts;
  /** Accounts beside those of this host. */
  readonly people?: readonly string[];
  readonly beforeStart?: (dataDir: string, sandbox: Sandbox) => Promise<void>;
}

const ANSWER_MS = 30_000;
/** No waits between messages. */
const NO_LIMITS: Limits = { perSecond: 1e6, perLanePerSecond: 1e6, laneBurst: 1e6, perGroup: 1e6, groupWindow: 1000 };
const EVERY_STRANGER: StrangerLimits = { perSecond: 1e6, longestWaitMs: 60_000, intervalMs: 1, firstCommands: 1e6 };

async function prepare(dataDir: string, sandbox: Sandbox, options: RunningBotOptions): Promise<void> {
  const { links, beforeStart } = options;
  if (links !== undefined) {
    await mkdir(dataDir, { recursive: true, mode: 0o750 });
    const entries = Object.entries(links).map(([user, chat_id]) => [
      user,
      { chat_id, linked_at: '2026-01-30T12:00:00Z' },
    ]);
    await writeFile(join(dataDir, 'telegram_users.json'), JSON.stringify(Object.fromEntries(entries)));
  }
  await beforeStart?.(dataDir, sandbox);
}

/** Starts both. The caller is root or the account that runs the test, so it may act for anyone. */
export async function startBot(options: RunningBotOptions = {}): Promise<RunningBot> {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bot-test-'));
  const people = createPeople(folder);
  people.add(...(options.people ?? []));
  const port = await freePort();
  const sandbox = createSandbox({ port, limits: options.rates === true, conflictDelay: 100, ...options.sandbox });
  await sandbox.start();
  const dataDir = options.settings?.dataDir ?? join(folder, 'data');
  const settings: BotSettings = {
    token: sandbox.token,
    telegram: { root: sandbox.url },
    dataDir,
    socketPath: join(folder, 'bot.sock'),
    actorSocket: join(folder, 'actor.sock'),
    trustedUsers: [],
    logLevel: 'debug',
    unconfirmedWaits: [50, 100],
    outboxMax: 10_000,
    ratePerMinute: 1_000_000,
    alertsFile: join(dataDir, 'alerts.yaml'),
    showHost: false,
    ...options.settings,
  };
  const logged: string[] = [];
  const secrets = options.unredacted === true ? [] : [settings.token];
  const log = createLog(settings.logLevel, [(line) => logged.push(line)], secrets);
  const limits = options.rates === true ? TELEGRAM_LIMITS : NO_LIMITS;
  const another = (other: Partial<BotSettings> = {}) =>
    createApp({
      settings: { ...settings, ...other },
      log,
      serviceUid: process.getuid?.() ?? 0,
      limits,
      strangerLimits: options.rates === true ? STRANGER_LIMITS : EVERY_STRANGER,
      ...(options.callMs !== undefined && { callMs: options.callMs }),
      accounts: options.accounts ?? people.accounts,
    });
  await prepare(dataDir, sandbox, options);
  let app = another();
  try {
    await app.start();
  } catch (error) {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const client = createSocketClient({ socketPath: settings.socketPath, timeoutMs: 60_000 });

  function next(chatId: number, timeoutMs = ANSWER_MS): Promise<SandboxMessage> {
    const before = sandbox.messages(chatId).at(-1)?.message_id ?? 0;
    return sandbox.waitFor((m) => m.chat_id === chatId && m.message_id > before, timeoutMs);
  }

  function ask(chatId: number, text: string, timeoutMs?: number): Promise<SandboxMessage> {
    const answer = next(chatId, timeoutMs);
    sandbox.say(chatId, text);
    return answer;
  }

  return {
    get app() {
      return app;
    },
    sandbox,
    client,
    dataDir,
    settings,
    logged,
    send: (body) => client.request('POST', '/send', body),
    last: (chatId) => sandbox.messages(chatId).at(-1),
    next,
    ask,
    another,
    async confirm(chatId, text) {
      const question = await ask(chatId, text);
      const data = question.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data;
      if (data === undefined) throw new Error(`There is no button under "${question.text}".`);
      const answer = next(chatId);
      const before = sandbox.answers.length;
      sandbox.press(chatId, question.message_id, data);
      const message = await answer;
      // The answer to the press comes last: it must not be taken for that to a later one.
      await waitFor(() => sandbox.answers.length > before);
      return message;
    },
    people,
    async link(user, chatId) {
      people.add(user);
      const answer = await ask(chatId, '/start');
      const code = /\b\d{6}\b/.exec(answer.text ?? '')?.[0];
      const confirmed = next(chatId);
      const linked = await client.request('POST', '/link', { user, code });
      if (linked.status !== 200) throw new Error(`linking failed: ${JSON.stringify(linked)}`);
      await confirmed;
    },
    async restart() {
      await app.stop();
      app = another();
      await app.start();
    },
    async stop() {
      await client.close();
      await app.stop();
      await sandbox.stop();
      // A module that the stop left behind may still write.
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
