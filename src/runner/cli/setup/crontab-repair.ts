/** Mends the lines of the user's crontab that don't run the runner any more, or may soon not. */
import type { RunnerSettings } from '../../settings.ts';
import type { RunnerIo } from '../io.ts';
import { type ExaminedLine, examine, trialText } from './crontab.ts';
import { namesNode } from './crontab-command.ts';
import { encoded, runnerLines } from './crontab-lines.ts';
import { readTable, writeTable } from './crontab-table.ts';
import { cronCommand, cronProgram, isOwnProgram, tryUnderCron } from './launcher.ts';

/** A part of a line that is replaced. */
interface Mend {
  readonly start: number;
  readonly end: number;
  /** In the table's encoding. */
  readonly text: string;
}

/** What this program is in a crontab line, alone and with the settings in force. */
interface OwnCommands {
  readonly program: string;
  readonly command: string;
}

const shellText = (part: string) => Buffer.from(part, 'latin1').toString('utf8').replaceAll('\\%', '%');

/**
 * What should be replaced in a line; `undefined` where it is right, or can't be mended. A program that doesn't run is
 * replaced by this one, with what stands before it where that is what fails; one that runs by a named Node loses that
 * name, since Node's path may go.
 */
async function mendOf(io: RunnerIo, text: string, line: ExaminedLine, own: OwnCommands): Promise<Mend | undefined> {
  const { program, broken, variables, differs } = line;
  // A line with other settings belongs to another setup.
  if (program?.trial === undefined || differs.length > 0) return undefined;
  if (broken === undefined && !namesNode(program)) return undefined;
  const { trial, start, end, whole } = program;
  const runs = async (command: string) => (await tryUnderCron(io, command, variables)) === undefined;
  const isOwn = broken !== undefined || isOwnProgram(io, program.runner);
  const better = isOwn ? encoded(own.program) : text.slice(program.runnerStart, end);
  const fits = !program.isQuoted || !/["'\\]/.test(better);
  if (fits && (await runs(trialText(trial, shellText(better))))) return { start, end, text: better };
  const command = encoded(own.command);
  if (broken === undefined || !program.isAlone || command.includes('#')) return undefined;
  return (await runs(`${shellText(command)} --version`)) ? { ...whole, text: command } : undefined;
}

/**
 * Mends the lines with the settings in force that don't run, or that name Node without need; schedule, settings and
 * arguments stay.
 *
 * @returns the new lines
 * @throws Problem `no_cron`, `storage`
 */
export async function repairCronLines(io: RunnerIo, settings: RunnerSettings): Promise<readonly string[]> {
  const before = await readTable(io);
  const own = { program: await cronProgram(io), command: await cronCommand(io) };
  const lines = before.split('\n');
  const repaired: string[] = [];
  for (const found of runnerLines(before, io.home)) {
    const line = lines[found.index] ?? '';
    const mend = await mendOf(io, line, await examine(io, settings, found), own);
    const mended = mend && `${line.slice(0, mend.start)}${mend.text}${line.slice(mend.end)}`;
    if (mended === undefined || mended === line) continue;
    lines[found.index] = mended;
    repaired.push(Buffer.from(mended, 'latin1').toString('utf8'));
  }
  if (repaired.length > 0) await writeTable(io, settings.stateDir, before, lines.join('\n'));
  return repaired;
}
