/** A home of its own for a test, and the real programs, started as cron starts them. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bundled } from '../programs/bundle.ts';

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Machine {
  readonly home: string;
  readonly socketPath: string;
  readonly scripts: string;
  readonly state: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Writes a file below the home; a script of the folder when it has no slash. */
  write(name: string, content: string | Uint8Array, mode?: number): string;
  read(name: string): string;
  json(name: string): Record<string, unknown>;
  /** Names in a folder below `~/.notifications`; empty when there is none. */
  names(folder: string): readonly string[];
  runner(args?: readonly string[], options?: RunOptions): Promise<Ran>;
  program(name: 'notify-scripts' | 'notify-runner', args: readonly string[], options?: RunOptions): Promise<Ran>;
  start(args: readonly string[], options?: RunOptions): ChildProcessWithoutNullStreams;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly cwd?: string;
}

export function collect(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out, err }));
  });
}

/** Creates one that is removed after the test. */
export function createMachine(options: { readonly socketPath?: string; readonly home?: string } = {}): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'notify-runner-test-'));
  // A script that a test started may still write its last file.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  const home = options.home ?? join(folder, 'home');
  const scripts = join(home, 'user/notifications');
  const state = join(home, '.notifications');
  const socketPath = options.socketPath ?? join(folder, 'bot.sock');
  mkdirSync(scripts, { recursive: true });
  const environment = {
    HOME: home,
    LOGNAME: 'user',
    SHELL: '/bin/sh',
    PATH: '/usr/bin:/bin',
    TMPDIR: folder,
    NOTIFY_SOCKET: socketPath,
  };
  const start = (program: string, args: readonly string[], { environment: extra = {}, cwd = '/' }: RunOptions = {}) => {
    const env = Object.fromEntries(
      Object.entries({ ...environment, ...extra }).filter(([, value]) => value !== undefined),
    );
    return spawn(process.execPath, [join(bundled, `${program}.cjs`), ...args], { cwd, env });
  };
  const run = (program: string, args: readonly string[], runOptions: RunOptions = {}) => {
    const child = start(program, args, runOptions);
    child.stdin.on('error', () => {});
    child.stdin.end(runOptions.input ?? '');
    return collect(child);
  };
  const pathOf = (name: string) => (name.includes('/') ? join(home, name) : join(scripts, name));
  return {
    home,
    socketPath,
    scripts,
    state,
    environment,
    write(name, content, mode = 0o644) {
      const path = pathOf(name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      chmodSync(path, mode);
      return path;
    },
    read: (name) => readFileSync(pathOf(name), 'utf8'),
    json: (name) => JSON.parse(readFileSync(pathOf(name), 'utf8')),
    names: (below) => (existsSync(join(state, below)) ? readdirSync(join(state, below)).sort() : []),
    runner: (args = [], runOptions = {}) => run('notify-runner', args, runOptions),
    program: run,
    start: (args, runOptions = {}) => start('notify-runner', args, runOptions),
  };
}

/** A shell script that prints this as JSON. */
export const prints = (value: unknown): string => `#!/bin/sh\ncat <<'END'\n${JSON.stringify(value)}\nEND\n`;
