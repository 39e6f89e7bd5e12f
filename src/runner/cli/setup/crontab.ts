/** The lines of the user's crontab that run the runner: whether they work, and their repair. */
import { isDemoSocket } from '../../../shared/process/demo-folder.ts';
import { differingSettings, type RunnerSettings } from '../../settings.ts';
import type { RunnerIo } from '../io.ts';
import { encoded, namesNode, type RunnerLine, runnerLines } from './crontab-lines.ts';
import { readTable, writeTable } from './crontab-table.ts';
import { cronProgram, isOwnProgram, tryUnderCron } from './launcher.ts';

/** A line of the crontab that runs the runner, examined. */
export interface ExaminedLine extends RunnerLine {
  /** The names of the settings in which it differs from those in force. */
  readonly differs: readonly string[];
  /** Why its program doesn't run under cron, a clause. */
  readonly broken?: string;
}

/** Whether the crontab runs the runner. */
export interface CronStatus {
  /** A line that runs it for a demo, whose socket goes with it. */
  readonly demo?: ExaminedLine;
  /** The line that runs it with the settings in force. */
  readonly line?: ExaminedLine;
  /** A line that runs it with other settings, where there is no such line. */
  readonly other?: ExaminedLine;
}

async function examine(io: RunnerIo, settings: RunnerSettings, line: RunnerLine): Promise<ExaminedLine> {
  const { program, variables, environment } = line;
  const broken = program && (await tryUnderCron(io, program.command, variables));
  return {
    ...line,
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

/**
 * What should stand in the place of a line's program; `undefined` where the program is right. One that doesn't run is
 * replaced by this program; one that runs by a named Node loses that name, since Node's path may go.
 *
 * @param own this program, for a crontab line
 */
async function betterProgram(
  io: RunnerIo,
  text: string,
  { program, broken, variables, differs }: ExaminedLine,
  own: string,
): Promise<string | undefined> {
  // A line with other settings belongs to another setup.
  if (program === undefined || differs.length > 0) return undefined;
  if (broken !== undefined) return encoded(own);
  if (!namesNode(program)) return undefined;
  if (isOwnProgram(io, program.runner)) return encoded(own);
  const runner = text.slice(program.runnerStart, program.end);
  const command = Buffer.from(runner, 'latin1').toString('utf8').replaceAll('\\%', '%');
  return (await tryUnderCron(io, command, variables)) === undefined ? runner : undefined;
}

/**
 * Replaces the program in the lines with the settings in force where it doesn't run, or where it names Node without
 * need; schedule, settings and arguments stay.
 *
 * @returns the new lines
 * @throws Problem `no_cron`, `storage`
 */
export async function repairCronLines(io: RunnerIo, settings: RunnerSettings): Promise<readonly string[]> {
  const before = await readTable(io);
  const own = await cronProgram(io);
  const lines = before.split('\n');
  const repaired: string[] = [];
  for (const found of runnerLines(before, io.home)) {
    const text = lines[found.index] ?? '';
    const { program } = found;
    const better = await betterProgram(io, text, await examine(io, settings, found), own);
    if (program === undefined || better === undefined) continue;
    const mended = `${text.slice(0, program.start)}${better}${text.slice(program.end)}`;
    if (mended === text) continue;
    lines[found.index] = mended;
    repaired.push(Buffer.from(mended, 'latin1').toString('utf8'));
  }
  if (repaired.length > 0) await writeTable(io, settings.stateDir, before, lines.join('\n'));
  return repaired;
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
