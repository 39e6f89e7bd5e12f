import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem, sentenceOf } from '../../../core/problem.ts';
import { makeDirs } from '../../../shared/files/make-dirs.ts';
import { reasonOf, storageProblem } from '../../../shared/files/storage-problem.ts';
import { isDemoSocket } from '../../../shared/process/demo-folder.ts';
import { discover } from '../../scripts/discover.ts';
import type { RunnerSettings } from '../../settings.ts';
import { thisHost, writeOwner } from '../../state/cron/cron-owner.ts';
import { forgetCronRuns } from '../../state/cron/cron-run.ts';
import { DONE, FAILED, type RunnerIo } from '../io.ts';
import { addCronLine, brokenLineText, cronStatus, demoLineText, otherLineText, removeCronLines } from './crontab.ts';
import { repairCronLines } from './crontab-repair.ts';
import { EXAMPLE, EXAMPLE_NAME } from './example-script.ts';
import { cronCommand, newCronLine } from './launcher.ts';
import { installTimer, timerStatus } from './timer.ts';

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
  try {
    const { removed } = await removeCronLines(io, settings, 'demo');
    for (const line of removed) io.out(`✓ Removed from your crontab, since it was for a demo: ${line}\n`);
    for (const repaired of await repairCronLines(io, settings)) io.out(`✓ Repaired in your crontab: ${repaired}\n`);
    const { line, other, demo } = await cronStatus(io, settings);
    if (demo !== undefined) {
      io.err(`notify-runner: ${demoLineText(demo)}\nRemove it with crontab -e.\n`);
      return FAILED;
    }
    if (line?.broken !== undefined) {
      io.err(`notify-runner: ${brokenLineText(line)}\nReplace it with crontab -e: ${await newCronLine(io)}\n`);
      return FAILED;
    }
    if (line !== undefined) {
      const untried = line.isTried ? '' : ' (not tried, since other commands stand before it)';
      io.out(`✓ Your crontab runs it${untried}: ${line.line}\n`);
      return DONE;
    }
    const added = await newCronLine(io);
    if (other) {
      io.err(`notify-runner: ${otherLineText(other)}\nReplace it by this line, or add it, with crontab -e: ${added}\n`);
      return FAILED;
    }
    await addCronLine(io, settings, added);
    forgetCronRuns(settings.stateDir);
    io.out(`✓ Added to your crontab: ${added}\n`);
    return DONE;
  } catch (error) {
    // A host without cron: its systemd may run the scripts.
    if (errnoOf(error) === 'no_crontab' && (await tryTimer(io, settings))) return DONE;
    io.err(
      `notify-runner: No crontab line could be added: ${sentenceOf(error)} Have this run every five minutes by other means: ${await cronCommand(io)}\n`,
    );
    return FAILED;
  }
}

/** Installs the timer and reports it. @throws Problem `no_cron`, `storage` */
async function startTimer(io: RunnerIo, { stateDir }: RunnerSettings): Promise<void> {
  const isNew = (await timerStatus(io)) === undefined;
  const warning = await installTimer(io);
  if (isNew) forgetCronRuns(stateDir);
  io.out('✓ notify-runner.timer of your systemd runs it every five minutes.\n');
  if (warning !== undefined) io.err(`notify-runner: ${warning}\n`);
}

const tryTimer = (io: RunnerIo, settings: RunnerSettings): Promise<boolean> =>
  startTimer(io, settings).then(
    () => true,
    () => false,
  );

/** The timer instead of a crontab line. @throws Problem `no_cron`, `storage` */
async function ensureTimer(io: RunnerIo, settings: RunnerSettings): Promise<number> {
  await startTimer(io, settings);
  const { removed, left } = await removeCronLines(io, settings, 'all').catch(() => ({ removed: [], left: [] }));
  for (const line of removed) io.out(`✓ Removed from your crontab: ${line}\n`);
  for (const line of left) io.err(`notify-runner: This line runs it too; remove it with crontab -e: ${line}\n`);
  return left.length > 0 ? FAILED : DONE;
}

/** Makes this host the one that runs the scripts. @throws Problem `storage`, `usage` */
function moveHere(io: RunnerIo, { stateDir }: RunnerSettings): void {
  const host = thisHost();
  if (host === undefined)
    throw new Problem('usage', 'This host has no /etc/machine-id, which identifies it among others.');
  try {
    writeOwner(stateDir, host);
  } catch (error) {
    throw storageProblem(stateDir, error);
  }
  io.out(`✓ Of the hosts that share your home, ${host.name} runs the scripts.\n`);
}

/** `notify-runner init`: creates what is missing; a second run changes nothing. @throws Problem `no_folder`, `no_cron`, `storage` */
export async function init(
  io: RunnerIo,
  settings: RunnerSettings,
  { timer = false, here = false }: { readonly timer?: boolean; readonly here?: boolean },
): Promise<number> {
  if (isDemoSocket(settings.socketPath)) {
    io.err(
      'notify-runner: This is the demo, and a crontab line would outlast it: run notify-runner init without NOTIFY_SOCKET, once the bot is installed.\n',
    );
    return FAILED;
  }
  if (here) moveHere(io, settings);
  createFolder(io, settings.scriptsDir);
  createExample(io, settings.scriptsDir);
  const hasTimer = !timer && (await timerStatus(io)) !== undefined;
  const status = timer || hasTimer ? await ensureTimer(io, settings) : await ensureCronLine(io, settings);
  io.out('Next: notify-runner link, then notify-runner run hello\n');
  return status;
}
