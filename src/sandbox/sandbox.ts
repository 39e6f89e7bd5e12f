/**
 * A pretend Telegram on loopback, with the real one's limits and errors, for tests, benchmarks and the demo.
 *
 * Everything lives in memory, within bounds, and nothing leaves this computer. What was sent stays readable after
 * `stop`; `start` after `stop` goes on at the same address with everything it knew, as a server that was away.
 */

import { createSandboxEvents, waitForMessage } from './event-stream.ts';
import { createFaults, type FaultRule } from './faults.ts';
import { type ApiRoute, handleApi, handleFile } from './http/api-route.ts';
import { createCalls, type SandboxCalls } from './http/calls.ts';
import { createListener } from './http/listener.ts';
import type { SandboxAnswer, SandboxChat, SandboxCommand, SandboxMessage } from './model.ts';
import { createWorld, KEEP, type SandboxOptions, TOKEN } from './options.ts';
import { createPage } from './page/routes.ts';
import { shownCommands } from './state/state.ts';
import { createSandboxUsers, type SandboxUsers } from './state/users.ts';

export type { SandboxOptions } from './options.ts';

/** @see createSandbox */
export interface Sandbox extends SandboxUsers {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The API root, such as `http://127.0.0.1:40123`; the chat page is there too. Known after `start`. */
  readonly url: string;
  readonly token: string;
  readonly username: string;
  readonly chats: readonly SandboxChat[];
  /** What the bot announced with `setMyCommands`. */
  readonly commands: readonly SandboxCommand[];
  readonly calls: SandboxCalls;
  /** What the bot answered to pressed buttons, oldest first. */
  readonly answers: readonly SandboxAnswer[];
  /** Queues any update. @returns the number it got */
  push(update: object): number;
  /** Updates that the bot has not confirmed. */
  readonly pendingUpdates: number;
  /** Everything the bot sent, to all chats or one, oldest first. */
  messages(chatId?: number): readonly SandboxMessage[];
  /** Resolves with the first message of the bot's that fits, of those there and those to come. @throws Error in time */
  waitFor(predicate: (message: SandboxMessage) => boolean, timeoutMs: number): Promise<SandboxMessage>;
  /** Hears of each message the bot sends. @returns how to stop that */
  onMessage(listener: (message: SandboxMessage) => void): () => void;
  /** Scripts a failure. */
  fail(rule: FaultRule): void;
  clearFaults(): void;
  /** The token is refused with 401 from now on. */
  revokeToken(): void;
  restoreToken(): void;
}

/** Makes a sandbox that listens once it is started. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const token = options.token ?? TOKEN;
  const watch = createSandboxEvents();
  const world = createWorld(options, token, watch.emit);
  const calls = createCalls(options.keep ?? KEEP);
  const faults = createFaults();
  const people = createSandboxUsers(world);
  const page = createPage(world, people, watch);
  let revoked = false;
  const route: ApiRoute = {
    world,
    faults,
    latency: options.latency ?? 0,
    record: calls.record,
    accepts: (given) => given === token && !revoked,
  };
  const listener = createListener(options.port ?? 0, (request, response, url) => {
    if (url.pathname.startsWith('/bot')) void handleApi(route, request, response, url);
    else if (url.pathname.startsWith('/file/bot')) handleFile(route, response, url);
    else void page.handle(request, response, url);
  });

  return {
    ...people,
    token,
    username: world.bot.username ?? '',
    calls,
    start: listener.start,
    async stop() {
      world.updates.close();
      await listener.stop();
    },
    get url() {
      return `http://127.0.0.1:${listener.port()}`;
    },
    get chats() {
      return world.chats.all();
    },
    get commands() {
      return shownCommands(world);
    },
    get answers() {
      return world.answers.all();
    },
    get pendingUpdates() {
      return world.updates.pending();
    },
    push: world.updates.push,
    messages: (chatId) =>
      world.log.all().filter(({ from, chat_id }) => from === 'bot' && (chatId === undefined || chat_id === chatId)),
    waitFor: (predicate, timeoutMs) => waitForMessage(world.log, watch, predicate, timeoutMs),
    onMessage: (notify) =>
      watch.on((event) => {
        if (event.type === 'message' && event.message.from === 'bot') notify(event.message);
      }),
    fail: faults.add,
    clearFaults: faults.clear,
    revokeToken: () => {
      revoked = true;
    },
    restoreToken: () => {
      revoked = false;
    },
  };
}
