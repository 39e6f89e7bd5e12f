import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ended, timed } from '../support/process.ts';
import type { Stage, Workload } from './workload.ts';

const USERS = 1000;
/** Once a year, and not soon: half a year from now. */
const FAR = `0 0 1 ${((new Date().getMonth() + 6) % 12) + 1} *`;
const script = (schedule: string) => `# notify: schedule="${schedule}"\necho '{"notify": false}'\n`;

interface Herd {
  readonly environments: readonly Readonly<Record<string, string>>[];
  remove(): Promise<void>;
}

/** Homes with a script each that is not due, whose runners have run once. */
async function herdOf(count: number, command: readonly string[]): Promise<Herd> {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bench-runners-'));
  const environments = Array.from({ length: count }, (_, i) => ({
    HOME: join(folder, `u${i}`),
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    SHELL: '/bin/sh',
    NOTIFY_SOCKET: '/nonexistent',
  }));
  for (const environment of environments) {
    const scripts = join(environment.HOME, 'user/notifications');
    await mkdir(scripts, { recursive: true });
    await writeFile(join(scripts, 'a.sh'), script(FAR));
    await timed(command, environment);
  }
  return { environments, remove: () => rm(folder, { recursive: true, force: true }) };
}

const REPEAT = `i=0; while [ $i -lt "$TIMES" ]; do "$@" </dev/null >/dev/null 2>&1; i=$((i + 1)); done; times`;

/** What a command takes of the processors, with all its processes, ms: times(1) of a shell that runs it some times. */
async function processorMs(command: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const times = 40;
  const options = { env: { ...env, TIMES: String(times) }, extendEnv: false };
  const { stdout } = await execa('/bin/sh', ['-c', REPEAT, 'sh', ...command], options);
  const [user, system] = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  );
  return (((user ?? 0) + (system ?? 0)) * 1000) / times;
}

/** Starts every runner at once, as cron does, and waits for the last. @returns seconds */
async function startAll(command: readonly string[], { environments }: Herd): Promise<number> {
  const [file = '', ...words] = command;
  const startedAt = performance.now();
  await Promise.all(environments.map((env) => ended(spawn(file, words, { env, stdio: 'ignore' }))));
  return (performance.now() - startedAt) / 1000;
}

/** Makes a script due in the first homes: its folder has changed, and the script was not seen before. */
async function makeDue({ environments }: Herd, due: number): Promise<void> {
  for (const { HOME = '' } of environments.slice(0, due)) {
    const path = join(HOME, 'user/notifications/a.sh');
    await writeFile(path, script('* * * * *'));
    await rm(join(HOME, '.notifications/runs'), { recursive: true, force: true });
  }
}

/** The crontabs of a large server, all in the same second. */
export const runners: Workload = {
  name: 'herd-of-runners',
  about: '1,000 people’s runners in the same second, with a script due for none, 1, 10 and 100 of them',
  needs: 'none',
  async run({ launcher, note, quick }: Stage) {
    const count = quick ? 100 : USERS;
    const herd = await herdOf(count, launcher);
    const [one = {}] = herd.environments;
    for (let i = 0; i < (quick ? 7 : 25); i += 1) {
      const node = (await timed([process.execPath, '-e', '0'], one)).seconds;
      const { seconds } = await timed(launcher, one);
      note('one runner with nothing due', 's', seconds);
      note('one runner with nothing due, as a multiple of bare node', '', seconds / node);
    }
    for (let i = 0; i < (quick ? 2 : 5); i += 1) {
      const node = await processorMs([process.execPath, '-e', '0'], one);
      const own = await processorMs(launcher, one);
      note('one runner with nothing due, processor time', 'ms', own);
      note('bare node, processor time', 'ms', node);
      note('one runner with nothing due, processor time as a multiple of bare node', '', own / node);
    }
    for (let i = 0; i < (quick ? 1 : 5); i += 1) {
      note(`${count} runners, nothing due`, 's', await startAll(launcher, herd));
    }
    for (const due of quick ? [1, 10] : [1, 10, 100]) {
      await makeDue(herd, due);
      note(`${count} runners, a script due for ${due}`, 's', await startAll(launcher, herd));
    }
    await herd.remove();
  },
};
