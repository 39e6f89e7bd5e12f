import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSandbox, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { createSocketClient, type SocketClient } from '../../../src/shared/http/socket-client.ts';
import { withAccounts } from '../host/own-etc.ts';
import { freePort } from '../network/free-port.ts';
import { type ServiceProcess, startService } from '../programs/service-process.ts';

/** Somebody with a chat. */
export interface Person {
  readonly user: string;
  readonly chatId: number;
}

/** How a service is started. */
export interface StartOptions {
  /** A program that starts it and watches, with its arguments. */
  readonly via?: readonly string[];
  /** More settings. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What outlives the service: its folder, Telegram and the senders. */
export interface Ground {
  readonly dataDir: string;
  /** The service's socket. */
  readonly socketPath: string;
  /** For files that are sent. */
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly client: SocketClient;
  readonly people: readonly Person[];
  /** Starts the service on this folder. */
  start(program: string, how?: StartOptions): ServiceProcess;
  /** Resolves when the service is ready and has nothing left to deliver. @throws Error after `timeoutMs` */
  idle(timeoutMs: number): Promise<void>;
  /** What `telegram_users.json` held at the beginning. */
  readonly links: string;
  /** Ends what still runs and removes everything. */
  remove(): Promise<void>;
}

/** An entry as another program may have written it, keys of its own included, which must all stay. */
const entryOf = ({ chatId }: Person) => ({ chat_id: chatId, linked_at: '2026-01-30T12:00:00Z', note: 'as it was' });

async function queued(client: SocketClient): Promise<number | undefined> {
  const { status, body } = await client
    .request('GET', '/health')
    .catch(() => ({ status: 0, body: undefined }) as { status: number; body: unknown });
  if (status === 0 || typeof body !== 'object' || body === null || !('queued' in body)) return undefined;
  return typeof body.queued === 'number' ? body.queued : undefined;
}

/**
 * Lays the ground for a scenario.
 *
 * @param options.linked how many people are linked from the beginning
 * @param options.limits whether Telegram enforces its rates
 * @param options.environment more settings for the service
 */
export async function layGround(options: {
  readonly linked: number;
  readonly limits: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** A disk for its data folder; else it lies beside everything. */
  readonly disk?: string;
  /** Accounts that the service's host has beside this one's; needs what `whyNoOwnEtc` names. */
  readonly accounts?: readonly string[];
}): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bot-crash-'));
  const dataDir = join(options.disk ?? folder, 'data');
  const socketPath = join(folder, 'bot.sock');
  await mkdir(dataDir);
  const people = Array.from({ length: options.linked }, (_, i) => ({ user: `crash${i}`, chatId: 1000 + i }));
  const links = JSON.stringify(
    Object.fromEntries(people.map((person) => [person.user, entryOf(person)])),
    undefined,
    2,
  );
  await writeFile(join(dataDir, 'telegram_users.json'), links);
  const port = await freePort();
  const sandbox = createSandbox({ port, limits: options.limits, keep: 1_000_000, conflictDelay: 100 });
  await sandbox.start();
  const client = createSocketClient({ socketPath, timeoutMs: 90_000 });
  const environment = {
    ...process.env,
    TELEGRAM_BOT_TOKEN: sandbox.token,
    TELEGRAM_API_ROOT: sandbox.url,
    NOTIFY_DATA_DIR: dataDir,
    NOTIFY_SOCKET: socketPath,
    // Often enough that what Telegram did not take is delivered in the end.
    NOTIFY_UNCONFIRMED_RETRY: '300ms 300ms 300ms 300ms 300ms 300ms 300ms 300ms 300ms 300ms',
    ...options.environment,
  };
  const host = options.accounts === undefined ? [] : withAccounts(folder, options.accounts);
  let latest: ServiceProcess | undefined;
  return {
    dataDir,
    socketPath,
    folder,
    sandbox,
    client,
    people,
    links,
    start(program, { via = [], environment: more = {} } = {}) {
      const [first, ...rest] = [...host, ...via, process.execPath, program];
      latest = startService([first ?? process.execPath, ...rest], { ...environment, ...more });
      return latest;
    },
    async idle(timeoutMs) {
      const giveUpAt = performance.now() + timeoutMs;
      for (let left = await queued(client); left !== 0; left = await queued(client)) {
        if (performance.now() > giveUpAt)
          throw new Error(`${left ?? 'unknown many'} deliveries still wait:\n${latest?.tail()}`);
        await sleep(20);
      }
    },
    async remove() {
      await latest?.kill();
      await client.close();
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
