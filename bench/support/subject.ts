/** What is measured: this project's service, another program with the same settings, or a server that runs already. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended } from './process.ts';
import type { Telegram } from './telegram.ts';

/** A service that answers on its socket. */
export interface Running {
  readonly socketPath: string;
  /** Unknown of a server that ran already. */
  readonly pid: number | undefined;
  /** Its data folder; unknown likewise. */
  readonly dataDir: string | undefined;
  /** Milliseconds from the start of the process until its socket answered. */
  readonly readyMs: number;
  /** Whom messages may be sent for; `undefined` stands for whoever runs this. */
  readonly users: readonly (string | undefined)[];
  /** Ends it; what it kept stays. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends it and removes what it kept. */
  stop(): Promise<void>;
}

/** How it shall be started. */
export interface Setup {
  readonly telegram: Pick<Telegram, 'url' | 'token'>;
  /** People linked, to chats 1, 2, …; whoever runs this is the first. 1 by default. */
  readonly links?: number;
  /** Without Telegram's rate limits, to see in minutes what would take hours. Only this project's own can. */
  readonly unlimited?: boolean;
  /** A data folder of before. */
  readonly dataDir?: string;
}

/** @see programSubject, @see serverSubject */
export interface Subject {
  /** Whether it can be started and ended as a workload wants. */
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

async function writeLinks(dataDir: string, links: number): Promise<void> {
  const entries = Array.from({ length: links }, (_, i) => [
    nameOf(i) ?? userInfo().username,
    { chat_id: i + 1, linked_at: '2026-01-30T12:00:00Z' },
  ]);
  await writeFile(join(dataDir, 'telegram_users.json'), JSON.stringify(Object.fromEntries(entries)));
}

/**
 * A program that reads the contract's settings from its environment.
 *
 * @param command it and its arguments
 * @param unlimited the one to start when there shall be no rate limits
 */
export function programSubject(command: readonly string[], unlimited = command): Subject {
  return {
    startable: true,
    async start({ telegram, links = 1, dataDir: before, unlimited: free = false }) {
      const folder = await mkdtemp(join(tmpdir(), 'notify-bench-'));
      const dataDir = before ?? join(folder, 'data');
      const socketPath = join(folder, 'bot.sock');
      if (before === undefined) {
        await mkdir(dataDir);
        await writeLinks(dataDir, links);
      }
      const [file = '', ...words] = free ? unlimited : command;
      const begun = performance.now();
      const child = spawn(file, words, {
        env: {
          ...process.env,
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
        readyMs: performance.now() - begun,
        users: Array.from({ length: links }, (_, i) => nameOf(i)),
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
 * A server that runs already, and goes on when all is measured.
 *
 * @param users who are linked, and may be sent for; empty for whoever runs this
 */
export function serverSubject(socketPath: string, users: readonly string[]): Subject {
  return {
    startable: false,
    async start() {
      if (!(await answers(socketPath))) throw new Error(`Nobody answers on ${socketPath}.`);
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
