/** The user's crontab. */
import { basename } from 'node:path';
import { execa } from 'execa';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { settingOf } from '../../../shared/process/settings.ts';
import { differingSettings, type RunnerSettings } from '../../settings.ts';
import type { RunnerIo } from '../io.ts';
import { runnerLines } from './crontab-lines.ts';

const EVERY = '*/5 * * * *';
/** Settings that the crontab line must repeat: cron starts with an empty environment. */
const CARRIED = ['NOTIFY_SOCKET', 'NOTIFY_SCRIPTS_DIR', 'NOTIFY_STATE_DIR'];

/** crontab(1) reports a missing table by this text alone: the exit status is that of any error. */
const NO_TABLE = /no crontab for/;

/** Runs crontab(1). @returns its output @throws Problem `no_cron` */
async function crontab(io: RunnerIo, args: readonly string[], input = ''): Promise<string> {
  const {
    failed,
    stdout,
    stderr = '',
    cause,
    exitCode,
  } = await execa('crontab', args, {
    env: { ...io.environment, LC_ALL: 'C' },
    extendEnv: false,
    input,
    reject: false,
    stripFinalNewline: false,
  });
  if (!failed) return stdout;
  if (errnoOf(cause) === 'ENOENT') {
    throw new Problem('no_cron', 'cron is not installed: there is no crontab command (apt install cron).');
  }
  if (exitCode === undefined) {
    throw new Problem('no_cron', `crontab could not be run: ${reasonOf(cause)}.`, { cause });
  }
  if (NO_TABLE.test(stderr)) return '';
  throw new Problem('no_cron', stderr.trim().split('\n')[0] || `crontab ended with exit code ${exitCode}.`);
}

/** A crontab line that runs the runner with other settings. */
export interface OtherLine {
  readonly line: string;
  /** The names of these settings. */
  readonly differs: readonly string[];
}

/** Whether the crontab runs the runner. */
export interface CronStatus {
  /** The line that runs it with the settings in force. */
  readonly line?: string;
  readonly other?: OtherLine;
}

/** Reads the crontab. @throws Problem `no_cron` when there is no cron */
export async function cronStatus(io: RunnerIo, settings: RunnerSettings): Promise<CronStatus> {
  const lines = runnerLines(await crontab(io, ['-l']), io.home).map(({ line, environment }) => ({
    line,
    differs: differingSettings(environment, settings),
  }));
  const ours = lines.find(({ differs }) => differs.length === 0);
  if (ours) return { line: ours.line };
  const [other] = lines;
  return other ? { other } : {};
}

/** What is wrong with a line that runs with other settings. */
export const otherLineText = ({ line, differs }: OtherLine): string =>
  `your crontab runs it with another ${differs.join(' and ')}: ${line}`;

/** Quoted for the shell, and for cron, which takes `%` as the end of the line. */
function quoted(text: string): string {
  const shell = /^[\w@+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return shell.replaceAll('%', '\\%');
}

/** The command for every five minutes. Its paths are absolute, since cron's PATH is short. */
export function cronCommand(io: RunnerIo): string {
  const settings = CARRIED.flatMap((name) => {
    const value = settingOf(io.environment, name);
    return value === undefined ? [] : [`${name}=${quoted(value)}`];
  });
  const isRecognizable = basename(io.self).startsWith('notify-runner');
  return [...settings, quoted(io.node), quoted(io.self), ...(isRecognizable ? [] : ['# notify-runner'])].join(' ');
}

/** The line for a crontab. */
export const newCronLine = (io: RunnerIo): string => `${EVERY} ${cronCommand(io)}`;

/** Appends a line to the crontab. @throws Problem `no_cron` */
export async function addCronLine(io: RunnerIo, line: string): Promise<void> {
  const before = await crontab(io, ['-l']);
  const text = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  await crontab(io, ['-'], `${text}${line}\n`);
}
