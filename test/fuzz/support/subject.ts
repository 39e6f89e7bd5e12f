/** The built service in a process of its own, under fire: it must live, and hold neither memory nor its event loop. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSocketClient, type SocketClient } from '../../../src/shared/http/socket-client.ts';
import { buildPrograms } from '../../support/programs/built-programs.ts';
import { createInstruments, openFilesOf } from '../../support/programs/instruments.ts';
import { type ServiceProcess, startService } from '../../support/programs/service-process.ts';
import type { Row } from '../../support/reporters/figures.ts';
import { createPretendTelegram, type PretendTelegram } from './pretend-telegram.ts';
import { LONGEST_HELD_MS } from './settings.ts';

/** @see startSubject */
export interface Subject {
  readonly telegram: PretendTelegram;
  readonly client: SocketClient;
  readonly socketPath: string;
  readonly folder: string;
  /** @throws Error when the service died, or logged what no input may lead to, since the last call */
  assertWell(): void;
  /** The end of the log. */
  tail(): string;
  /** Lines of the log that say that an update was not handled. */
  readonly unhandled: readonly string[];
  /** Looks at its instruments now and then, until it stops. */
  measured(): Promise<Row>;
  /** Ends the process and starts another one. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What no input may bring about; each is logged where something was thrown that nobody thought of. */
const NEVER = /not foreseen|could not be answered|delivery could not be handled|socket reports an error/;
const UNHANDLED = 'An update could not be handled';
const LOOK_EVERY_MS = 250;
/** A service at rest takes about 90 MB; 32 answers of 16 MiB or 64 MiB of requests come on top at the worst. */
const MOST_RSS = 700 * 2 ** 20;

/** Users and their chats; nobody has an account on this host, which root may act for all the same. */
export const CHATS: Readonly<Record<string, number>> = {
  root: 1,
  ann: 2,
  ben: 3,
  team: -5,
  ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`many${i}`, 1000 + i])),
};

async function lay(folder: string): Promise<void> {
  const dataDir = join(folder, 'data');
  await mkdir(dataDir);
  const entries = Object.entries(CHATS).map(([user, chat_id]) => [
    user,
    { chat_id, linked_at: '2026-01-30T12:00:00Z' },
  ]);
  await writeFile(join(dataDir, 'telegram_users.json'), JSON.stringify(Object.fromEntries(entries)));
}

/** Whether a line of the log, or of what Node says itself, shows a fault. */
function isFault(line: string): boolean {
  if (!line.startsWith('{')) return line.trim() !== '';
  return NEVER.test(line);
}

/** Starts the service, without rate limits, on a folder of its own, and its Telegram. */
export async function startSubject(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bot-fuzz-'));
  const programs = await buildPrograms();
  const telegram = createPretendTelegram();
  const instruments = createInstruments(folder);
  const socketPath = join(folder, 'bot.sock');
  await Promise.all([lay(folder), telegram.start()]);
  const environment = {
    ...process.env,
    ...instruments.environment,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    NOTIFY_DATA_DIR: join(folder, 'data'),
    NOTIFY_SOCKET: socketPath,
    NOTIFY_LOG_LEVEL: 'info',
    NOTIFY_OUTBOX_MAX: '1000000',
    // Answers are lost all the time here; what Telegram did not take is sent again soon.
    NOTIFY_UNCONFIRMED_RETRY: '100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms 100ms',
  };
  const client = createSocketClient({ socketPath, timeoutMs: 90_000 });
  const faults: string[] = [];
  const unhandled: string[] = [];
  const peak = { heldMs: 0, gapMs: 0, rss: 0, files: 0 };
  let ended: string | undefined;
  let stopping = false;
  let service: ServiceProcess;
  let looking: NodeJS.Timeout;

  async function look(): Promise<void> {
    const { heldMs, gapMs, rss } = await instruments.read();
    const { all } = await openFilesOf(service.pid);
    Object.assign(peak, {
      heldMs: Math.max(peak.heldMs, heldMs),
      gapMs: Math.max(peak.gapMs, gapMs),
      rss: Math.max(peak.rss, rss),
      files: Math.max(peak.files, all),
    });
  }

  async function start(): Promise<void> {
    stopping = false;
    const started = startService([process.execPath, programs.fast], environment, (line) => {
      if (isFault(line)) faults.push(line);
      if (line.includes(UNHANDLED)) unhandled.push(line);
    });
    service = started;
    void started.ended.then((how) => {
      if (!stopping) ended = `the service ended (${how}):\n${started.tail()}`;
    });
    if (!(await started.ready)) throw new Error(`the service did not start:\n${started.tail()}`);
    // What the start itself takes is no answer to anything.
    await instruments.read();
    looking = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS);
  }

  async function end(): Promise<void> {
    clearInterval(looking);
    stopping = true;
    if (ended === undefined) await service.stop();
  }

  await start();
  return {
    telegram,
    client,
    socketPath,
    folder,
    unhandled,
    tail: () => service.tail().slice(-2000),
    assertWell() {
      if (ended !== undefined) throw new Error(ended);
      if (faults.length > 0) throw new Error(`the service logged:\n${faults.splice(0).join('\n')}`);
    },
    async measured() {
      await look();
      const row = {
        'held at most, ms': Math.round(peak.heldMs),
        'gap at most, ms': Math.round(peak.gapMs),
        'RSS at most, MB': peak.rss / 2 ** 20,
        files: peak.files,
      };
      if (peak.heldMs > LONGEST_HELD_MS) throw new Error(`the event loop was held for ${peak.heldMs} ms`);
      if (peak.rss > MOST_RSS) throw new Error(`the service took ${Math.round(peak.rss / 2 ** 20)} MB`);
      return row;
    },
    async restart() {
      await end();
      await start();
    },
    async stop() {
      await client.close();
      await end().finally(async () => {
        await telegram.stop();
        await programs.remove();
        await rm(folder, { recursive: true, force: true });
      });
    },
  };
}
