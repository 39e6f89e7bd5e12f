/** The lines of the user's crontab that run the runner: whether they work, and their repair. */
import { isDemoSocket } from '../../../shared/process/demo-folder.ts';
import { differingSettings, type RunnerSettings } from '../../settings.ts';
import type { RunnerIo } from '../io.ts';
import type { RunnerProgram } from './crontab-command.ts';
import { encoded, type RunnerLine, runnerLines } from './crontab-lines.ts';
import { readTable, writeTable } from './crontab-table.ts';
import { tryUnderCron } from './launcher.ts';

/** A line of the crontab that runs the runner, examined. */
export interface ExaminedLine extends RunnerLine {
  /** The names of the settings in which it differs from those in force. */
  readonly differs: readonly string[];
  /** Whether what it runs was tried. */
  readonly isTried: boolean;
  /** Why its program doesn't run under cron, a clause. */
  readonly broken?: string;
}

/** A trial's command. @param program instead of the line's own, for the shell */
export const trialText = ({ before, program, after }: NonNullable<RunnerProgram['trial']>, other = program): string =>
  `${before}${other} --version${after}`;

/** Whether the crontab runs the runner. */
export interface CronStatus {
  /** A line that runs it for a demo, whose socket goes with it. */
  readonly demo?: ExaminedLine;
  /** The line that runs it with the settings in force. */
  readonly line?: ExaminedLine;
  /** A line that runs it with other settings, where there is no such line. */
  readonly other?: ExaminedLine;
}

/** Tries what a line runs. */
export async function examine(io: RunnerIo, settings: RunnerSettings, line: RunnerLine): Promise<ExaminedLine> {
  const { program, variables, environment } = line;
  const trial = program?.trial;
  const broken = trial && (await tryUnderCron(io, trialText(trial), variables));
  return {
    ...line,
    isTried: trial !== undefined,
    differs: differingSettings(environment, settings),
    ...(broken !== undefined && { broken }),
  };
}

const isDemoLine = ({ environment }: RunnerLine): boolean => isDemoSocket(environment.NOTIFY_SOCKET ?? '');

/** Reads the crontab and tries what its lines run. @throws Problem `no_cron` when there is no cron */
export async function cronStatus(io: RunnerIo, settings: RunnerSettings): Promise<CronStatus> {
  const found = runnerLines(await readTable(io), io.home);
  const all = await Promise.all(found.map((line) => examine(io, settings, line)));
  const demo = all.find(isDemoLine);
  if (demo) return { demo };
  const same = all.filter(({ differs }) => differs.length === 0);
  const line = same.find(({ broken }) => broken === undefined) ?? same[0];
  if (line) return { line };
  const [other] = all;
  return other ? { other } : {};
}

/** What is wrong with a line that runs with other settings. */
export const otherLineText = ({ line, differs }: ExaminedLine): string =>
  `your crontab runs it with another ${differs.join(' and ')}: ${line}`;

/** What is wrong with a line of a demo. */
export const demoLineText = ({ line }: ExaminedLine): string => `your crontab runs it for a demo: ${line}`;

/** What is wrong with a line whose program doesn't run. */
export const brokenLineText = ({ line, broken }: ExaminedLine): string =>
  `your crontab's line doesn't run (${broken}): ${line}`;

/** Appends a line to the crontab. @throws Problem `no_cron`, `storage` */
export async function addCronLine(io: RunnerIo, { stateDir }: RunnerSettings, line: string): Promise<void> {
  const before = await readTable(io);
  const text = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  await writeTable(io, stateDir, before, `${text}${encoded(line)}\n`);
}

/** Which lines are removed: every one that runs the runner, or those that run it for a demo. */
export type Removal = 'all' | 'demo';

/**
 * Removes the lines that do nothing but run the runner; those with more in them stay.
 *
 * @returns the lines that were removed, and those that stay
 * @throws Problem `no_cron`, `storage`
 */
export async function removeCronLines(
  io: RunnerIo,
  { stateDir }: RunnerSettings,
  which: Removal,
): Promise<{ readonly removed: readonly string[]; readonly left: readonly string[] }> {
  const before = await readTable(io);
  const found = runnerLines(before, io.home).filter((line) => which === 'all' || isDemoLine(line));
  const removed = found.filter(({ program }) => program?.isAlone === true);
  const places = new Set(removed.map(({ index }) => index));
  const after = before.split('\n').filter((_, index) => !places.has(index));
  if (removed.length > 0) await writeTable(io, stateDir, before, after.join('\n'));
  const textOf = ({ line }: RunnerLine) => line;
  return { removed: removed.map(textOf), left: found.filter((line) => !removed.includes(line)).map(textOf) };
}
