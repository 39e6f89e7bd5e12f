import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem, sentenceOf } from '../../../core/problem.ts';
import { makeDirs } from '../../../shared/files/make-dirs.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { discover } from '../../scripts/discover.ts';
import type { RunnerSettings } from '../../settings.ts';
import { DONE, FAILED, type RunnerIo } from '../io.ts';
import { addCronLine, cronCommand, cronStatus, newCronLine, otherLineText } from './crontab.ts';
import { EXAMPLE, EXAMPLE_NAME } from './example-script.ts';

function createFolder(io: RunnerIo, folder: string): void {
  try {
    const created = makeDirs(folder, 0o750);
    io.out(created === undefined ? `✓ ${folder} exists.\n` : `✓ ${folder} was created.\n`);
  } catch (error) {
    throw new Problem('no_folder', `${folder} can't be created: ${reasonOf(error)}.`, { cause: error });
  }
}

function createExample(io: RunnerIo, folder: string): void {
  const scripts = discover(folder);
  if (scripts.length > 0) {
    io.out(
      `✓ ${scripts.length === 1 ? 'One script is' : `${scripts.length} scripts are`} there already; no example is needed.\n`,
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

async function ensureCronLine(io: RunnerIo, settings: RunnerSettings): Promise<number> {
  const line = newCronLine(io);
  try {
    const { line: before, other } = await cronStatus(io, settings);
    if (before === undefined && other) {
      io.err(`notify-runner: ${otherLineText(other)}\nReplace it by this line, or add it, with crontab -e: ${line}\n`);
      return FAILED;
    }
    if (before === undefined) await addCronLine(io, line);
    io.out(before === undefined ? `✓ Added to your crontab: ${line}\n` : `✓ Your crontab runs it: ${before}\n`);
    return DONE;
  } catch (error) {
    io.err(
      `notify-runner: No crontab line could be added: ${sentenceOf(error)} Have this run every five minutes by other means: ${cronCommand(io)}\n`,
    );
    return FAILED;
  }
}

/** `notify-runner init`: creates what is missing; a second run changes nothing. @throws Problem `no_folder`, `storage` */
export async function init(io: RunnerIo, settings: RunnerSettings): Promise<number> {
  createFolder(io, settings.scriptsDir);
  createExample(io, settings.scriptsDir);
  const status = await ensureCronLine(io, settings);
  io.out('Next: notify-runner link, then notify-runner run hello\n');
  return status;
}
