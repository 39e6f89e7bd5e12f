/** How cron starts the runner, and whether that works. */
import { realpathSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { settingOf } from '../../../shared/process/settings.ts';
import { isExecutable } from '../../scripts/is-executable.ts';
import { plain } from '../../text/plain-text.ts';
import type { RunnerIo } from '../io.ts';

/** Where deployments and the Debian package put the launcher; before PATH, which a shell may have changed. */
const INSTALLED = ['/usr/local/bin', '/usr/bin'];
/** Settings that the crontab line must repeat: cron starts with an empty environment. */
const CARRIED = ['NOTIFY_SOCKET', 'NOTIFY_SCRIPTS_DIR', 'NOTIFY_STATE_DIR', 'NOTIFY_SHARED_HOME'];
/** The variables that Debian's cron gives a job, crontab(5); HOME and LOGNAME besides. */
const CRON_DEFAULTS = { PATH: '/usr/bin:/bin', SHELL: '/bin/sh' };
/** How long a trial may take, ms: a start takes a tenth of a second, and a home on the network longer. */
const TRIAL_MS = 20_000;

const realOf = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
};

/** The launcher beside the program that runs now: launcher.sh. */
const launcherBeside = (self: string): string => join(dirname(realOf(self) ?? self), 'notify-runner');

/** The installed launcher of this program, a link that stays when a release or Node moves; else the one beside this file. */
export function launcherOf(io: RunnerIo): string {
  const { self, environment } = io;
  const folders = [...INSTALLED, ...(settingOf(environment, 'PATH') ?? '').split(delimiter).filter(isAbsolute)];
  const paths = folders.map((folder) => join(folder, 'notify-runner'));
  const beside = launcherBeside(self);
  return paths.find((path) => isExecutable(path) && isOwnProgram(io, path)) ?? (isExecutable(beside) ? beside : self);
}

/** The settings in force that cron and timers must repeat, with their values. */
export function carriedSettings({ environment }: RunnerIo): ReadonlyArray<readonly [name: string, value: string]> {
  return CARRIED.flatMap((name) => {
    const value = settingOf(environment, name);
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** Quoted for the shell, and for cron, which takes `%` as the end of the line. */
function quoted(text: string): string {
  const shell = /^[\w@+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return shell.replaceAll('%', '\\%');
}

/**
 * Runs a command as cron would.
 *
 * @param command for the shell, such as a crontab line's with `--version` instead of its arguments
 * @param variables what the crontab sets
 * @returns why it doesn't run, a clause; `undefined` when it runs
 */
export async function tryUnderCron(
  { home, environment }: RunnerIo,
  command: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const account = Object.fromEntries(
    ['LOGNAME', 'USER'].flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  const env = { ...CRON_DEFAULTS, HOME: home, ...account, ...variables };
  const { failed, all, exitCode, timedOut, cause } = await execa(env.SHELL, ['-c', command], {
    env,
    extendEnv: false,
    cwd: env.HOME,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: TRIAL_MS,
  });
  if (!failed) return undefined;
  if (timedOut) return `it did not end within ${TRIAL_MS / 1000} s`;
  if (exitCode === undefined) return reasonOf(cause);
  return (
    plain(all ?? '')
      .trim()
      .split('\n')
      .at(-1) || `exit code ${exitCode}`
  );
}

/** Whether a path leads to the program that runs now, or to its launcher. */
export function isOwnProgram({ self }: RunnerIo, path: string): boolean {
  const real = realOf(path);
  return real !== undefined && (real === realOf(self) || real === realOf(launcherBeside(self)));
}

/** Whether the launcher runs under cron without the path of a Node. It does not where Node is in a home. */
export async function runsAlone(io: RunnerIo): Promise<boolean> {
  return (await tryUnderCron(io, `${quoted(launcherOf(io)).replaceAll('\\%', '%')} --version`)) === undefined;
}

/** The program for a crontab line: the launcher alone where that runs under cron, else with the path of this Node. */
export async function cronProgram(io: RunnerIo): Promise<string> {
  const launcher = quoted(launcherOf(io));
  return (await runsAlone(io)) ? launcher : `${quoted(io.node)} ${launcher}`;
}

/** How often unscheduled scripts run where the environment doesn't say, `NOTIFY_EVERY`. */
const EVERY = '5m';

/** Settings, program and mark of a crontab line. */
function commandOf(io: RunnerIo, program: string, settings: ReadonlyArray<readonly [string, string]>): string {
  const words = settings.map(([name, value]) => `${name}=${quoted(value)} `);
  // A file of another name is recognized by the comment.
  const mark = basename(launcherOf(io)).startsWith('notify-runner') ? '' : ' # notify-runner';
  return `${words.join('')}${program}${mark}`;
}

/** The command for every five minutes, with the settings that cron's environment lacks. */
export async function cronCommand(io: RunnerIo): Promise<string> {
  return commandOf(io, await cronProgram(io), carriedSettings(io));
}

/**
 * The line for a crontab. The launcher is started every minute, so that schedules are met; where the line must name Node,
 * each start costs its start, so that it is every five minutes.
 */
export async function newCronLine(io: RunnerIo): Promise<string> {
  const settings = carriedSettings(io);
  if (!(await runsAlone(io))) return `*/5 * * * * ${await cronCommand(io)}`;
  const every = settingOf(io.environment, 'NOTIFY_EVERY') ?? EVERY;
  return `* * * * * ${commandOf(io, quoted(launcherOf(io)), [...settings, ['NOTIFY_EVERY', every]])}`;
}
