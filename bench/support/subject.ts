/** The measured service: this project's, another program with the same settings, or a running server. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended } from './process.ts';
import type { Telegram } from './telegram.ts';

/** A running service. */
export interface Running {
  readonly socketPath: string;
  /** Unknown for a server that was already running. */
  readonly pid: number | undefined;
  /** Its data folder; unknown likewise. */
  readonly dataDir: string | undefined;
  /** Milliseconds from the start of the process to the socket's first answer. */
  readonly readyMs: number;
  /** Recipients; `undefined` is the current user. */
  readonly users: readonly (string | undefined)[];
  /** Kills it and keeps its data. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** How to start the service. */
export interface Setup {
  readonly telegram: Pick<Telegram, 'url' | 'token'>;
  /** Number of linked users, with chats 1, 2, …; the current user is the first. 1 by default. */
  readonly links?: number;
  /** Linked accounts of this computer, with chats 1, 2, …, instead of `links`; everybody may reach the socket then. */
  readonly accounts?: readonly string[];
  /** Without Telegram's rate limits, to measure in minutes what would take hours. Only for this project's service. */
  readonly unlimited?: boolean;
  /** An existing data folder. */
  readonly dataDir?: string;
  /** Further variables of its environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** @see programSubject, @see serverSubject */
export interface Subject {
  /** Whether a workload can start and stop it. */
  readonly startable: boolean;
  start(setup: Setup): Promise<Running>;
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/health' }, (response) => {
      response.resume();
      response.on('end', () => resolve(true));
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

const nameOf = (i: number) => (i === 0 ? undefined : `bench${i}`);

const usersOf = ({ links = 1, accounts }: Setup): readonly (string | undefined)[] =>
  accounts ?? Array.from({ length: links }, (_, i) => nameOf(i));

async function writeLinks(dataDir: string, users: readonly (string | undefined)[]): Promise<void> {
  const entries = users.map((user, i) => [
    user ?? userInfo().username,
    { chat_id: i + 1, linked_at: '2026-01-30T12:00:00Z' },
  ]);
  await writeFile(join(dataDir, 'telegram_users.json'), JSON.stringify(Object.fromEntries(entries)));
}

/**
 * A program that reads the service's settings from its environment.
 *
 * @param command the program and its arguments
 * @param unlimited the program without rate limits
 */
export function programSubject(command: readonly string[], unlimited = command): Subject {
  return {
    startable: true,
    async start(setup) {
      const { telegram, dataDir: before, unlimited: free = false } = setup;
      const users = usersOf(setup);
      const folder = await mkdtemp(join(tmpdir(), 'notify-bench-'));
      if (setup.accounts) await chmod(folder, 0o755);
      const dataDir = before ?? join(folder, 'data');
      const socketPath = join(folder, 'bot.sock');
      if (before === undefined) {
        await mkdir(dataDir);
        await writeLinks(dataDir, users);
      }
      const [file = '', ...words] = free ? unlimited : command;
      const startedAt = performance.now();
      const child = spawn(file, words, {
        env: {
          ...process.env,
          ...setup.environment,
          TELEGRAM_BOT_TOKEN: telegram.token,
          TELEGRAM_API_ROOT: telegram.url,
          NOTIFY_DATA_DIR: dataDir,
          NOTIFY_SOCKET: socketPath,
          NOTIFY_OUTBOX_MAX: '1000000',
          NOTIFY_LOG_LEVEL: 'error',
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      let failed: Error | undefined;
      child.once('error', (error) => {
        failed = error;
      });
      while (!(await answers(socketPath))) {
        if (failed) throw failed;
        if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode} before it answered.`);
        await sleep(1);
      }
      const kill = async (signal: 'SIGTERM' | 'SIGKILL') => {
        child.kill(signal);
        await ended(child);
      };
      return {
        pid: child.pid,
        dataDir,
        socketPath,
        readyMs: performance.now() - startedAt,
        users,
        kill,
        async stop() {
          await kill('SIGTERM');
          await rm(folder, { recursive: true, force: true });
          await rm(dataDir, { recursive: true, force: true });
        },
      };
    },
  };
}

/**
 * A running server, which continues to run afterwards.
 *
 * @param users linked recipients; empty for the current user
 */
export function serverSubject(socketPath: string, users: readonly string[]): Subject {
  return {
    startable: false,
    async start() {
      if (!(await answers(socketPath))) throw new Error(`No service answers on ${socketPath}.`);
      const nothing = async () => {};
      const all = users.length > 0 ? users : [undefined];
      return {
        socketPath,
        pid: undefined,
        dataDir: undefined,
        readyMs: Number.NaN,
        users: all,
        kill: nothing,
        stop: nothing,
      };
    },
  };
}
