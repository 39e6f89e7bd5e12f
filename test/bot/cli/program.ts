/** `notify-bot` as people run it: bundled, in a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

const root = join(import.meta.dirname, '../../..');

/** The result of a command. */
export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Settings of one service, in a folder of its own. */
export type Settings = Readonly<Record<string, string>>;

/** A running service. */
export interface Service {
  readonly pid: number;
  /** Everything it printed so far. */
  printed(): string;
  kill(signal: NodeJS.Signals): void;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** The program, for the tests of one file. */
export interface Program {
  /** The file of the program; known when the tests run. */
  path(): string;
  run(args: readonly string[], settings?: Settings): Promise<Ended>;
  /** Starts the service and waits until it is ready. */
  serve(settings: Settings): Promise<Service>;
}

/** Bundles the program before the tests of a file. */
export function bundledProgram(): Program {
  let folder = '';
  const path = () => join(folder, 'notify-bot.js');
  const environment = (settings: Settings) => ({ PATH: process.env.PATH, ...settings });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'notify-program-'));
    await promisify(execFile)(process.execPath, [
      join(root, 'scripts/build/build.js'),
      `--into=${folder}`,
      '--only=notify-bot',
    ]);
    // Packages with machine code of their own are not bundled.
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  return {
    path,
    run: (args, settings = {}) =>
      new Promise((resolve, reject) => {
        const options = { env: environment(settings), timeout: 20_000 };
        execFile(process.execPath, [path(), ...args], options, (error, out, err) => {
          const status = error === null ? 0 : error.code;
          if (typeof status === 'number') resolve({ status, out, err });
          else reject(new Error(`notify-bot ${args.join(' ')} did not end by itself: ${out}${err}`));
        });
      }),
    async serve(settings) {
      const child = spawn(process.execPath, [path()], {
        env: environment(settings),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let text = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (data: Buffer) => {
          text += data.toString();
        });
      }
      const ended = once(child, 'close').then(([code, signal]): number | string => code ?? signal);
      onTestFinished(async () => {
        child.kill('SIGKILL');
        await ended;
      });
      await waitFor(() => text.includes('"msg":"ready"') || child.exitCode !== null, 30_000);
      if (child.exitCode !== null) throw new Error(`notify-bot ended with ${child.exitCode}: ${text}`);
      return { pid: child.pid ?? 0, printed: () => text, kill: (signal) => void child.kill(signal), ended };
    },
  };
}

/** Settings for a service of a sandbox's. */
export async function settingsFor(sandbox: Sandbox, more: Settings = {}): Promise<Settings> {
  const folder = await temporaryFolder();
  return {
    TELEGRAM_BOT_TOKEN: sandbox.token,
    TELEGRAM_API_ROOT: sandbox.url,
    NOTIFY_DATA_DIR: join(folder, 'data'),
    NOTIFY_SOCKET: join(folder, 'bot.sock'),
    ...more,
  };
}
