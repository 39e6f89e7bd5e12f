/** The things every benchmark stands on: the built service in a process of its own, and a pretend Telegram in another. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where `npm run bench` puts the built programs. */
const DIST = join(process.cwd(), 'dist');
const TOKEN = '123456:SANDBOX-TOKEN-abcdefghijklmnopqrstuvwxyz';

/** A service that was built, running. */
export interface BuiltBot {
  readonly pid: number;
  readonly dataDir: string;
  readonly socketPath: string;
  /** Milliseconds from the start of the process until its socket answered. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/metrics' }, (response) => {
      response.resume();
      response.on('end', () => resolve(true));
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/**
 * Starts the service and waits until it answers.
 *
 * @param telegram the pretend Telegram's address
 * @param links users linked, the one who runs this among them, to chats 1, 2, …
 * @param program the built program, `notify-bot.js` or one with other limits
 */
export async function startBuiltBot(telegram: string, links = 1, program = 'notify-bot.js'): Promise<BuiltBot> {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bench-'));
  const dataDir = join(folder, 'data');
  const socketPath = join(folder, 'bot.sock');
  await mkdir(dataDir);
  const names = [userInfo().username, ...Array.from({ length: links - 1 }, (_, i) => `bench${i}`)];
  const entries = names.map((name, i) => [name, { chat_id: i + 1, linked_at: '2026-01-30T12:00:00Z' }]);
  await writeFile(join(dataDir, 'telegram_users.json'), JSON.stringify(Object.fromEntries(entries)));
  const begun = performance.now();
  const bot = spawn(process.execPath, [join(DIST, program)], {
    env: {
      ...process.env,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: telegram,
      NOTIFY_DATA_DIR: dataDir,
      NOTIFY_SOCKET: socketPath,
      NOTIFY_OUTBOX_MAX: '1000000',
      NOTIFY_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await answers(socketPath))) await sleep(1);
  const readyMs = performance.now() - begun;
  return {
    pid: bot.pid ?? 0,
    dataDir,
    socketPath,
    readyMs,
    async stop() {
      bot.kill('SIGTERM');
      await ended(bot);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A pretend Telegram in a process of its own. @param latency milliseconds that it takes for an answer */
export async function startSandbox(latency = 0, limits = false): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [join(DIST, 'bench-sandbox.js'), String(latency), String(limits)]);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}

/** A process's share of memory and what is its own, in MB. */
export async function memoryOf(pid: number): Promise<{ pss: number; own: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kB = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
  return { pss: kB('Pss') / 1024, own: kB('Pss_Anon') / 1024 };
}

/** The middle of a list, and the value that 99 of 100 stay below. */
export function quantiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
