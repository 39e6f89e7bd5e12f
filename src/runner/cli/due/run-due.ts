/** The command that cron starts: finds what is due and runs it. Loads nothing more when nothing is. */
import { hostname } from 'node:os';
import { hasPending } from '../../delivery/pending-folder.ts';
import { dueScripts } from '../../execution/due-scripts.ts';
import { beatEvery } from '../../policy/beat-policy.ts';
import { readFolder } from '../../scripts/discover.ts';
import { looksMeant } from '../../scripts/looks-meant.ts';
import type { RunnerSettings } from '../../settings.ts';
import { isShared, ownsScripts, thisHost } from '../../state/cron-owner.ts';
import { lastCronRun, noteCronRun, takeBeat } from '../../state/cron-run.ts';
import { skippedNotice } from '../../state/notice-memory.ts';
import { skippedText } from '../../text/skipped-text.ts';
import { DONE, type RunnerIo } from '../io.ts';
import type { RunOptions } from '../run-and-report.ts';

/** The options of `notify-runner` without a command. */
export interface DueOptions extends RunOptions {
  /** Whether cron, or a timer, started it: then the bot hears of it. */
  readonly fromCron?: boolean;
}

/**
 * Runs what is due.
 *
 * @returns the exit status
 * @throws Problem `no_folder`
 */
export async function runDue(io: RunnerIo, settings: RunnerSettings, options: DueOptions): Promise<number> {
  const chosenAt = Date.now();
  const isOwner = options.fromCron !== true || ownsHere(settings, chosenAt);
  const beat = options.fromCron === true && isOwner ? beatFromCron(io, settings, chosenAt) : undefined;
  try {
    return await findAndRun(io, settings, options, { chosenAt, isOwner });
  } finally {
    await beat;
  }
}

/** Whether this host runs the scripts of the home. */
function ownsHere({ stateDir, sharedHome }: RunnerSettings, now: number): boolean {
  const host = isShared(stateDir, sharedHome) ? thisHost() : undefined;
  return host === undefined || ownsScripts(stateDir, host, now);
}

/** Notes that cron runs the runner, and once an hour tells the bot. `undefined` where there is nothing to wait for. */
function beatFromCron(io: RunnerIo, settings: RunnerSettings, now: number): Promise<void> | undefined {
  const before = lastCronRun(settings.stateDir);
  if (!noteCronRun(settings.stateDir, now) || !takeBeat(settings.stateDir, now, beatEvery(io.uid))) return undefined;
  return import('./beat.ts').then(({ sendBeat }) => sendBeat(io, settings, { now, before }));
}

async function findAndRun(
  io: RunnerIo,
  settings: RunnerSettings,
  options: DueOptions,
  { chosenAt, isOwner }: { readonly chosenAt: number; readonly isOwner: boolean },
): Promise<number> {
  const { scripts, skipped } = readFolder(settings.scriptsDir);
  const due = await dueScripts(settings, scripts, { host: hostname(), ownOnly: !isOwner });
  const lines = options.json !== true && (options.lines ?? io.terminal);
  if (lines) {
    for (const file of skipped) io.err(`notify-runner: ${skippedText(file)}\n`);
  }
  const notice =
    lines || options.json === true || !isOwner
      ? undefined
      : skippedNotice(settings.stateDir, skipped.filter(looksMeant));
  if (due.length === 0 && notice === undefined && !(isOwner && hasPending(settings.stateDir))) {
    if (lines) io.out(scripts.length === 0 ? 'There are no scripts yet.\n' : 'Nothing is due.\n');
    if (options.json) io.out('[]\n');
    return DONE;
  }
  const { runAndReport } = await import('../run-and-report.ts');
  const mailed = options.fromCron === true;
  return runAndReport(io, settings, due, { ...options, lines, mailed, chosenAt, ...(notice && { notice }) });
}
