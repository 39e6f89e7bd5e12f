import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem, sentenceOf } from '../../../core/problem.ts';
import { makeDirs } from '../../../shared/files/make-dirs.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { discover } from '../../scripts/discover.ts';
import type { RunnerSettings } from '../../settings.ts';
import { DONE, FAILED, type RunnerIo } from '../io.ts';
import { addCronLine, cronCommand, cronStanding, newCronLine, otherLine } from './crontab.ts';
import { EXAMPLE, EXAMPLE_NAME } from './example-script.ts';

function makeFolder(io: RunnerIo, folder: string): void {
  try {
    const made = makeDirs(folder, 0o750);
    io.out(made === undefined ? `✓ ${folder} is there.\n` : `✓ ${folder} was made.\n`);
  } catch (error) {
    throw new Problem('no_folder', `${folder} can't be made: ${reasonOf(error)}.`, { cause: error });
  }
}

function makeExample(io: RunnerIo, folder: string): void {
  const scripts = discover(folder);
  if (scripts.length > 0) {
    io.out(
      `✓ ${scripts.length === 1 ? 'One script is' : `${scripts.length} scripts are`} there; no example is needed.\n`,
    );
    return;
  }
  const path = join(folder, EXAMPLE_NAME);
  try {
    writeFileSync(path, EXAMPLE, { mode: 0o750, flag: 'wx' });
    io.out(`✓ ${path} was written as an example.\n`);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST')
      throw new Problem('storage', `${path} can't be written: ${reasonOf(error)}.`, { cause: error });
  }
}

async function makeCronLine(io: RunnerIo, settings: RunnerSettings): Promise<number> {
  const line = newCronLine(io);
  try {
    const { line: before, other } = await cronStanding(io, settings);
    if (before === undefined && other) {
      io.err(`notify-runner: ${otherLine(other)}\nPut this in its place, or beside it, with crontab -e: ${line}\n`);
      return FAILED;
    }
    if (before === undefined) await addCronLine(io, line);
    io.out(before === undefined ? `✓ Added to your crontab: ${line}\n` : `✓ Your crontab runs it: ${before}\n`);
    return DONE;
  } catch (error) {
    io.err(
      `notify-runner: No crontab line could be added: ${sentenceOf(error)} Else have this run every five minutes: ${cronCommand(io)}\n`,
    );
    return FAILED;
  }
}

/** `notify-runner init`: makes what is missing; run twice, it changes nothing. @throws Problem `no_folder`, `storage` */
export async function init(io: RunnerIo, settings: RunnerSettings): Promise<number> {
  makeFolder(io, settings.scriptsDir);
  makeExample(io, settings.scriptsDir);
  const status = await makeCronLine(io, settings);
  io.out('Next: notify-runner link, then notify-runner run hello\n');
  return status;
}
