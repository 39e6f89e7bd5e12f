/**
 * A simulated Telegram on loopback, with the real one's limits and errors, for tests, benchmarks and the demo.
 *
 * All data is in memory, within bounds, and nothing leaves this computer. Messages stay readable after `stop`; a later
 * `start` continues at the same address with all data, like a server after an outage.
 */

import { createSandboxEvents, waitForMessage } from './event-stream.ts';
import { createFaults, type FaultRule } from './faults.ts';
import { ApiError } from './http/api-error.ts';
import { type ApiRoute, handleApi, handleFile } from './http/api-route.ts';
import { createCalls, type SandboxCalls } from './http/calls.ts';
import { createListener } from './http/listener.ts';
import type {
  SandboxAnswer,
  SandboxChat,
  SandboxCommand,
  SandboxDraft,
  SandboxMessage,
  SandboxTopic,
} from './model.ts';
import { createSandboxState, KEEP, type SandboxOptions, TOKEN } from './options.ts';
import { createPage } from './page/routes.ts';
import { createSandboxGroups, type SandboxGroups } from './state/groups.ts';
import { shownCommands } from './state/state.ts';
import { createSandboxUsers, type SandboxUsers } from './state/users.ts';

export type { SandboxOptions } from './options.ts';

/** @see createSandbox */
export interface Sandbox extends SandboxUsers, SandboxGroups {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The API root, such as `http://127.0.0.1:40123`; the chat page is there too. Known after `start`. */
  readonly url: string;
  readonly token: string;
  readonly username: string;
  readonly chats: readonly SandboxChat[];
  /** The topics of all forums. */
  readonly topics: readonly SandboxTopic[];
  /** Commands set with `setMyCommands`. */
  readonly commands: readonly SandboxCommand[];
  readonly calls: SandboxCalls;
  /** The bot's answers to pressed buttons, oldest first. */
  readonly answers: readonly SandboxAnswer[];
  /** Texts that the bot showed while they were written, oldest first. */
  readonly drafts: readonly SandboxDraft[];
  /** Queues any update. @returns its number */
  push(update: object): number;
  /** Gives the next update this id: Telegram draws a new one after a week without updates, often a lower one. */
  drawFirstId(id: number): void;
  /** Sets a webhook as another program would, or removes it with an empty address. */
  setWebhook(url: string): void;
  /** Updates that the bot has not confirmed. */
  readonly pendingUpdates: number;
  /** Messages of the bot, to all chats or one, oldest first. */
  messages(chatId?: number): readonly SandboxMessage[];
  /** Resolves with the first matching message of the bot, existing or new. @throws Error after the timeout */
  waitFor(predicate: (message: SandboxMessage) => boolean, timeoutMs: number): Promise<SandboxMessage>;
  /** Calls the listener for each message of the bot. @returns a function that removes it */
  onMessage(listener: (message: SandboxMessage) => void): () => void;
  /** Adds a scripted failure. */
  fail(rule: FaultRule): void;
  clearFaults(): void;
  /** Refuses the token with 401 from now on. */
  revokeToken(): void;
  /** Answers every call with 400 "Logged out" from now on, as for ten minutes after a move to another server. */
  logOut(): void;
  /** Ends `revokeToken` and `logOut`. */
  restoreToken(): void;
}

const UNAUTHORIZED = new ApiError(401, 'Unauthorized');
const LOGGED_OUT = new ApiError(400, 'Logged out');

/** Creates a sandbox. It listens after `start`. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const token = options.token ?? TOKEN;
  const events = createSandboxEvents();
  const state = createSandboxState(options, token, events.emit);
  const calls = createCalls(options.keep ?? KEEP);
  const faults = createFaults();
  const users = createSandboxUsers(state);
  const groups = createSandboxGroups(state);
  const page = createPage(state, users, groups, events);
  let refused: ApiError | undefined;
  const route: ApiRoute = {
    state,
    faults,
    latency: options.latency ?? 0,
    record: calls.record,
    refusal: (given) => (given === token ? refused : UNAUTHORIZED),
  };
  const listener = createListener(options.port ?? 0, (request, response, url) => {
    if (url.pathname.startsWith('/bot')) void handleApi(route, request, response, url);
    else if (url.pathname.startsWith('/file/bot')) handleFile(route, response, url);
    else void page.handle(request, response, url);
  });

  return {
    ...users,
    ...groups,
    token,
    username: state.bot.username ?? '',
    calls,
    start: listener.start,
    async stop() {
      state.updates.close();
      await listener.stop();
    },
    get url() {
      return `http://127.0.0.1:${listener.port()}`;
    },
    get chats() {
      return state.chats.all();
    },
    get topics() {
      return state.topics.all();
    },
    get commands() {
      return shownCommands(state);
    },
    get drafts() {
      return state.drafts.all();
    },
    get answers() {
      return state.answers.all();
    },
    get pendingUpdates() {
      return state.updates.pending();
    },
    push: state.updates.push,
    drawFirstId: state.updates.drawFirstId,
    setWebhook: state.updates.setWebhook,
    messages: (chatId) =>
      state.log.all().filter(({ from, chat_id }) => from === 'bot' && (chatId === undefined || chat_id === chatId)),
    waitFor: (predicate, timeoutMs) => waitForMessage(state.log, events, predicate, timeoutMs),
    onMessage: (notify) =>
      events.on((event) => {
        if (event.type === 'message' && event.message.from === 'bot') notify(event.message);
      }),
    fail: faults.add,
    clearFaults: faults.clear,
    revokeToken: () => {
      refused = UNAUTHORIZED;
    },
    logOut: () => {
      refused = LOGGED_OUT;
    },
    restoreToken: () => {
      refused = undefined;
    },
  };
}
