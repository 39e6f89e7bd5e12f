import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/bot/app.ts';
import type { BotSettings } from '../../src/bot/settings.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { createLog } from '../../src/shared/log.ts';
import { createSocketClient, type SocketClient } from '../../src/shared/socket-client.ts';

/** A bot and a pretend Telegram, both real, in a folder of their own. */
export interface RunningBot {
  readonly app: App;
  readonly sandbox: Sandbox;
  readonly client: SocketClient;
  readonly dataDir: string;
  readonly settings: BotSettings;
  /** Every line the bot logged. */
  readonly logged: string[];
  /** Links a user of this host through `/start` and the code. */
  link(user: string, chatId: number): Promise<void>;
  /** Ends the bot and starts another one on the same folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both. The caller is root or the account that runs the test, so it may act for anyone. */
export async function startBot(
  options: {
    sandbox?: SandboxOptions;
    settings?: Partial<BotSettings>;
    beforeStart?: (dataDir: string) => Promise<void>;
  } = {},
): Promise<RunningBot> {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bot-test-'));
  const sandbox = createSandbox(options.sandbox);
  await sandbox.start();
  const dataDir = join(folder, 'data');
  const settings: BotSettings = {
    token: sandbox.token,
    apiRoot: sandbox.url,
    dataDir,
    socketPath: join(folder, 'bot.sock'),
    trustedUsers: [],
    logLevel: 'debug',
    outboxMax: 10_000,
    ratePerMinute: 1_000_000,
    ...options.settings,
  };
  const logged: string[] = [];
  const log = createLog(settings.logLevel, [(line) => logged.push(line)], [settings.token]);
  const make = () => createApp({ settings, log, serviceUid: process.getuid?.() ?? 0 });
  await options.beforeStart?.(dataDir);
  let app = make();
  await app.start();
  const client = createSocketClient({ socketPath: settings.socketPath, timeoutMs: 60_000 });
  return {
    get app() {
      return app;
    },
    sandbox,
    client,
    dataDir,
    settings,
    logged,
    async link(user, chatId) {
      const before = sandbox.messages(chatId).length;
      sandbox.say(chatId, '/start');
      const answer = await sandbox.waitFor(
        (m) => m.chat_id === chatId && sandbox.messages(chatId).indexOf(m) >= before,
        10_000,
      );
      const code = /\b\d{6}\b/.exec(answer.text ?? '')?.[0];
      const linked = await client.request('POST', '/link', { user, code });
      if (linked.status !== 200) throw new Error(`linking failed: ${JSON.stringify(linked)}`);
      await sandbox.waitFor((m) => m.chat_id === chatId && (m.text ?? '').startsWith('✅'), 10_000);
    },
    async restart() {
      await app.stop();
      app = make();
      await app.start();
    },
    async stop() {
      await client.close();
      await app.stop();
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
