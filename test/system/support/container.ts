/** A Debian server with systemd as its first process, that is gone with the test however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { waitFor } from '../../support/wait-for.ts';
import { baseTree, CACHE } from './base-tree.ts';

/** How a command ended. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  /** Whose login shell runs it; root's own by default. */
  readonly user?: string;
  /** What it reads. */
  readonly input?: string | Uint8Array;
  /** After that it is ended; 30 s by default. */
  readonly timeoutMs?: number;
  /** More variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** @see bootContainer */
export interface Container {
  /** Where this host sees the container's files, its temporary ones included. Another one after each boot. */
  readonly root: string;
  /** Runs a shell script in it. @returns what it printed @throws Error when it fails */
  run(script: string, options?: RunOptions): Promise<string>;
  /** As `run`, however it ends. */
  attempt(script: string, options?: RunOptions): Promise<Ran>;
  /** `systemctl reboot`. */
  reboot(): Promise<void>;
  /** Ends it and removes everything. */
  remove(): Promise<void>;
}

const KEEPER = join(import.meta.dirname, 'keep-container.sh');
const BOOT_MS = 60_000;
const COMMAND_MS = 30_000;
/** What systemd-nspawn ends with when the container wants to be started again, systemd-nspawn(1). */
const REBOOTS = 133;
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
};

/** The container's first process, once it is systemd. */
function leaderOf(nspawn: number): number | undefined {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      return '';
    }
  };
  const children = read(`/proc/${nspawn}/task/${nspawn}/children`).split(' ');
  return children.filter((pid) => read(`/proc/${pid}/comm`) === 'systemd').map(Number)[0];
}

/** Speaks with the script that keeps the container. */
function keep(words: readonly string[]) {
  // In a session of its own: a Ctrl-C is for the test, whose end it then sees.
  const keeper: ChildProcess = spawn(KEEPER, words, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(keeper, 'exit');
  const said: string[] = [];
  if (keeper.stdout !== null) createInterface(keeper.stdout).on('line', (line) => said.push(line));
  const end = () => keeper.stdin?.end();
  // The test run was killed.
  process.once('disconnect', end);
  return {
    boot: () => keeper.stdin?.write('boot\n'),
    /** What it says next that fits. */
    async hear(pattern: RegExp, timeoutMs: number): Promise<number> {
      return await waitFor(() => {
        if (keeper.exitCode !== null) throw new Error(`The container's keeper ended (${keeper.exitCode}).`);
        const at = said.findIndex((line) => pattern.test(line));
        if (at < 0) return undefined;
        return Number(pattern.exec(said.splice(0, at + 1).at(-1) ?? '')?.[1] ?? 0);
      }, timeoutMs);
    },
    async end() {
      process.off('disconnect', end);
      end();
      await ended;
    },
  };
}

/**
 * Boots one from a fresh tree, and waits until it is up.
 *
 * @param name of the machine, 64 characters at most
 * @param shared a folder of this host's, which it sees as `/src` and can't change
 */
export async function bootContainer(name: string, shared: string): Promise<Container> {
  const base = await baseTree();
  const work = await mkdtemp(join(CACHE, 'run-'));
  const keeper = keep([base, work, name, shared]);
  let leader = 0;

  async function attempt(script: string, options: RunOptions = {}): Promise<Ran> {
    const { user, input = '', timeoutMs = COMMAND_MS, env = {} } = options;
    const shell = user === undefined ? ['sh', '-c', script] : ['su', '--login', user, '--command', script];
    const limit = ['timeout', '--kill-after=5', String(timeoutMs / 1000)];
    const { exitCode, stdout, stderr } = await execa(
      'nsenter',
      ['--target', String(leader), '--mount', '--uts', '--ipc', '--net', '--pid', '--', ...limit, ...shell],
      { env: { ...ENVIRONMENT, ...env }, extendEnv: false, cwd: '/', input, reject: false },
    );
    return { status: exitCode ?? -1, stdout, stderr };
  }

  async function run(script: string, options?: RunOptions): Promise<string> {
    const { status, stdout, stderr } = await attempt(script, options);
    if (status !== 0) throw new Error(`"${script}" ended with ${status}:\n${stdout}\n${stderr}`.trimEnd());
    return stdout;
  }

  async function boot(): Promise<void> {
    keeper.boot();
    const nspawn = await keeper.hear(/^booting (\d+)/, BOOT_MS);
    leader = await waitFor(() => leaderOf(nspawn), BOOT_MS);
    await waitFor(async () => /running|degraded/.test((await attempt('systemctl is-system-running')).stdout), BOOT_MS);
  }

  /** What its first process printed. */
  const said = () => (existsSync(join(work, 'console')) ? readFileSync(join(work, 'console'), 'utf8') : '');

  const container: Container = {
    get root() {
      return `/proc/${leader}/root`;
    },
    run,
    attempt,
    async reboot() {
      await run('systemctl reboot');
      const status = await keeper.hear(/^ended (\d+)/, BOOT_MS);
      if (status !== REBOOTS) throw new Error(`The container ended with ${status} instead of rebooting.`);
      await boot();
    },
    remove: keeper.end,
  };
  try {
    await keeper.hear(/^mounted/, BOOT_MS);
    await boot();
    return container;
  } catch (error) {
    console.log(said().split('\n').slice(-30).join('\n'));
    await keeper.end();
    throw error;
  }
}
