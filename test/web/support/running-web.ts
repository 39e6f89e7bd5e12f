/** The real dashboard with a real bot, a simulated Telegram, and a real login provider. */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as startRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { bundleBrowser } from '../../../scripts/build/bundle-web.js';
import { createLog } from '../../../src/shared/process/log.ts';
import { createWeb, type Web } from '../../../src/web/app.ts';
import { TIMING, type Timing } from '../../../src/web/guard/timing.ts';
import type { WebSettings } from '../../../src/web/settings.ts';
import { type RunningBot, type RunningBotOptions, startBot } from '../../support/bot/running-bot.ts';
import { freePort } from '../../support/network/free-port.ts';
import { Visitor } from '../../support/network/visitor.ts';
import { startProvider, type TestProvider } from './provider.ts';

const assetsDir = mkdtempSync(join(tmpdir(), 'notify-web-assets-'));
await bundleBrowser(assetsDir);
afterAll(() => rmSync(assetsDir, { recursive: true, force: true }));

export interface RunningWeb {
  readonly url: string;
  readonly bot: RunningBot;
  readonly provider: TestProvider;
  readonly settings: WebSettings;
  readonly logged: string[];
  readonly stateDir: string;
  /** Advances the dashboard's clock, ms. */
  later(ms: number): void;
  /** A headless client, logged in as this user. */
  visitor(user: string): Promise<Visitor>;
  /** A headless client without a login. */
  stranger(): Visitor;
  /** The one-time address of the current user, as `notify-runner web` prints it. */
  oneTimeAddress(): Promise<string>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface RunningWebOptions {
  readonly bot?: RunningBotOptions;
  readonly settings?: Partial<WebSettings>;
  /** The `getent` to run. */
  readonly getent?: string;
  /** How long it waits for others, where it is less than in earnest. */
  readonly timing?: Partial<Timing>;
}

/** A unix socket refuses more connections at once than wait to be accepted. */
const proxyAgent = new Agent({ maxSockets: 100 });

/** A request over the proxy's socket, as a proxy passes it on. @returns its status */
export function throughProxy(
  { settings, url }: { readonly settings: Pick<WebSettings, 'proxySocket'>; readonly url: string },
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { proxySocket = '' } = settings;
    const options = {
      agent: proxyAgent,
      socketPath: proxySocket,
      path,
      headers: { host: new URL(url).host, ...headers },
    };
    const request = startRequest(options, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    request.once('error', reject).end();
  });
}

export function askForAddress(socketPath: string): Promise<{ readonly url: string }> {
  return new Promise((resolve, reject) => {
    const request = startRequest({ socketPath, path: '/login', method: 'POST' }, async (answer) => {
      let text = '';
      for await (const piece of answer) text += String(piece);
      resolve(JSON.parse(text));
    });
    request.once('error', reject).end();
  });
}

/** Starts all programs. */
export async function startWeb(options: RunningWebOptions = {}): Promise<RunningWeb> {
  const folder = mkdtempSync(join(tmpdir(), 'notify-web-test-'));
  const [bot, provider, port] = await Promise.all([startBot(options.bot), startProvider(), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  provider.allow(`${url}/login/oidc/callback`);
  const settings: WebSettings = {
    listen: { host: '127.0.0.1', port },
    proxySocket: join(folder, 'proxy.sock'),
    publicUrl: new URL(url),
    loginSocket: join(folder, 'web.sock'),
    stateDir: join(folder, 'state'),
    botSocket: bot.settings.socketPath,
    oidc: {
      issuer: new URL(provider.issuer),
      clientId: provider.clientId,
      clientSecret: provider.clientSecret,
      emailDomain: 'example.org',
    },
    admins: [],
    logLevel: 'debug',
    ...options.settings,
  };
  const logged: string[] = [];
  const log = createLog('debug', [(line) => logged.push(line)], [provider.clientSecret]);
  let ahead = 0;
  const { getent = bot.people.getent } = options;
  const timing = { ...TIMING, ...options.timing };
  const now = () => Date.now() + ahead;
  const make = () => createWeb({ settings, assetsDir, log, now, timing, getent });
  let web: Web = make();
  await web.start();
  return {
    url,
    bot,
    provider,
    settings,
    logged,
    stateDir: settings.stateDir,
    later(ms) {
      ahead += ms;
    },
    async visitor(user) {
      bot.people.add(user);
      provider.person = { email: `${user}@example.org`, email_verified: true };
      const visitor = new Visitor(url);
      const page = await visitor.get('/login/oidc');
      if (!page.url.endsWith('/')) throw new Error(`Not logged in, but at ${page.url}: ${page.text}`);
      return visitor;
    },
    stranger: () => new Visitor(url),
    oneTimeAddress: async () => (await askForAddress(settings.loginSocket)).url,
    async restart() {
      await web.stop();
      web = make();
      await web.start();
    },
    async stop() {
      await web.stop();
      await provider.stop();
      await bot.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
