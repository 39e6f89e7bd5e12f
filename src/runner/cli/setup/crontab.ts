/** The user's crontab. */
import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { errnoOf, Problem, sentenceOf } from '../../../core/problem.ts';
import { type Environment, settingOf } from '../../../shared/process/settings.ts';
import { type RunnerSettings, readRunnerSettings } from '../../settings.ts';
import type { RunnerIo } from '../io.ts';
import { runnerLines } from './crontab-lines.ts';

const EVERY = '*/5 * * * *';
/** Settings that the crontab line must repeat: cron starts with an empty environment. */
const CARRIED = ['NOTIFY_SOCKET', 'NOTIFY_SCRIPTS_DIR', 'NOTIFY_STATE_DIR'];

function crontab(io: RunnerIo, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'crontab',
      [...args],
      { env: { ...io.environment, LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (/no crontab for/.test(stderr)) resolve('');
        else if (errnoOf(error) === 'ENOENT')
          reject(new Problem('no_cron', 'cron is not installed: there is no crontab command (apt install cron).'));
        else reject(new Problem('no_cron', stderr.trim().split('\n')[0] || sentenceOf(error), { cause: error }));
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

/** What the crontab does for us. */
export interface CronStanding {
  /** The line that runs the runner with the settings in force. */
  readonly line?: string;
  /** One that runs it with others, and which differ. */
  readonly other?: { readonly line: string; readonly differs: readonly string[] };
}

/** Reads the crontab. @throws Problem `no_cron` when there is no cron to ask */
export async function cronStanding(io: RunnerIo, settings: RunnerSettings): Promise<CronStanding> {
  const lines = runnerLines(await crontab(io, ['-l']), io.home).map(({ line, environment }) => ({
    line,
    differs: differing(environment, io.home, settings),
  }));
  const ours = lines.find(({ differs }) => differs.length === 0);
  if (ours) return { line: ours.line };
  const [other] = lines;
  return other ? { other } : {};
}

/** In words, what is wrong with a line that runs with other settings. */
export const otherLine = ({ line, differs }: NonNullable<CronStanding['other']>): string =>
  `your crontab runs it with another ${differs.join(' and ')}: ${line}`;

function differing(environment: Environment, home: string, settings: RunnerSettings): readonly string[] {
  try {
    const { scriptsDir, stateDir, socketPath } = readRunnerSettings(environment, home);
    return [
      ...(scriptsDir === settings.scriptsDir ? [] : ['NOTIFY_SCRIPTS_DIR']),
      ...(stateDir === settings.stateDir ? [] : ['NOTIFY_STATE_DIR']),
      ...(socketPath === settings.socketPath ? [] : ['NOTIFY_SOCKET']),
    ];
  } catch (error) {
    return [sentenceOf(error).split(':')[0] ?? 'setting'];
  }
}

/** Quoted for the shell, and for cron, which takes `%` for a line's end. */
function quoted(text: string): string {
  const shell = /^[\w@+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return shell.replaceAll('%', '\\%');
}

/** What shall run every five minutes: absolute paths, as cron's PATH is short. */
export function cronCommand(io: RunnerIo): string {
  const settings = CARRIED.flatMap((name) => {
    const value = settingOf(io.environment, name);
    return value === undefined ? [] : [`${name}=${quoted(value)}`];
  });
  const named = basename(io.self).startsWith('notify-runner');
  return [...settings, quoted(io.node), quoted(io.self), ...(named ? [] : ['# notify-runner'])].join(' ');
}

/** What to put into a crontab. */
export const newCronLine = (io: RunnerIo): string => `${EVERY} ${cronCommand(io)}`;

/** Adds a line to the crontab, leaving what is there. @throws Problem `no_cron` */
export async function addCronLine(io: RunnerIo, line: string): Promise<void> {
  const before = await crontab(io, ['-l']);
  const text = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  await crontab(io, ['-'], `${text}${line}\n`);
}
