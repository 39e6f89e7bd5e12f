/** The command that cron starts: finds what is due and runs it. Loads nothing more when nothing is. */
import { createPendingFolder, hasPending, pendingFolderOf } from '../../delivery/pending-folder.ts';
import type { PreparedScript } from '../../execution/prepare-script.ts';
import { beatEvery } from '../../policy/beat-policy.ts';
import { startDelay } from '../../policy/rhythm.ts';
import { looksMeant } from '../../scripts/looks-meant.ts';
import type { RunnerSettings } from '../../settings.ts';
import { isShared, ownsScripts, thisHost } from '../../state/cron/cron-owner.ts';
import { beatDue, lastCronRun, noteCronRun, takeBeat } from '../../state/cron/cron-run.ts';
import { removeIdleNote, writeIdleNote } from '../../state/cron/idle-note.ts';
import { skippedNotice } from '../../state/notice-memory.ts';
import { skippedText } from '../../text/skipped-text.ts';
import { DONE, type RunnerIo } from '../io.ts';
import type { RunOptions } from '../run-and-report.ts';
import { look, lookAfterRun, type Quiet, type Watcher } from './look.ts';

/** The options of `notify-runner` without a command. */
export interface DueOptions extends RunOptions {
  /** Whether cron or a timer started it; if so, the bot is notified. */
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
  const { fromCron = false } = options;
  const watcher = { uid: io.uid, fromCron, isOwner: !fromCron || ownsHere(settings, chosenAt) };
  const canIdle = fromCron && removeIdleNote(settings.stateDir);
  const beat = fromCron && watcher.isOwner ? beatFromCron(io, settings, chosenAt) : undefined;
  try {
    const { status, quiet } = await findAndRun(io, settings, { ...options, chosenAt }, watcher);
    if (canIdle && quiet !== undefined && !io.stop.aborted) leaveIdleNote(io, settings, quiet, watcher.isOwner);
    return status;
  } finally {
    await beat;
  }
}

/** Whether this host runs the scripts of the home. */
function ownsHere({ stateDir, sharedHome }: RunnerSettings, now: number): boolean {
  const host = isShared(stateDir, sharedHome) ? thisHost() : undefined;
  return host === undefined || ownsScripts(stateDir, host, now);
}

/** Notes that cron runs the runner, and once an hour notifies the bot. `undefined` if there is nothing to wait for. */
function beatFromCron(io: RunnerIo, settings: RunnerSettings, now: number): Promise<void> | undefined {
  const before = lastCronRun(settings.stateDir);
  if (!noteCronRun(settings.stateDir, now) || !takeBeat(settings.stateDir, now, beatEvery(io.uid))) return undefined;
  return import('./beat.ts').then(({ sendBeat }) => sendBeat(io, settings, { now, before }));
}

/** How long a note is good at most, ms: what no note knows of, such as another time zone, is seen by then. */
const LONGEST_IDLE_MS = 3_600_000;

/** Lets the launcher end without Node until something may be due. */
function leaveIdleNote(io: RunnerIo, settings: RunnerSettings, { since, next }: Quiet, isOwner: boolean): void {
  const { stateDir, scriptsDir } = settings;
  const beat = isOwner ? beatDue(stateDir, since, beatEvery(io.uid)) : Number.POSITIVE_INFINITY;
  writeIdleNote(stateDir, {
    since,
    until: Math.min(next, beat, since + LONGEST_IDLE_MS),
    delay: startDelay(io.uid),
    scriptsDir,
    pendingDir: pendingFolderOf(stateDir),
    environment: io.environment,
  });
}

/** The end of a run. */
interface DueEnd {
  readonly status: number;
  /** `undefined` where something may be due at once. */
  readonly quiet?: Quiet | undefined;
}

/** Whether one of these is due in every run, so that another look finds it again. */
function isDueAlways({ every }: RunnerSettings, due: readonly PreparedScript[]): boolean {
  return every === undefined && due.some(({ header }) => header.schedule === undefined);
}

async function findAndRun(
  io: RunnerIo,
  settings: RunnerSettings,
  options: DueOptions & { readonly chosenAt: number },
  watcher: Watcher,
): Promise<DueEnd> {
  const { stateDir } = settings;
  const { due, next, scripts, skipped } = await look(settings, watcher, options.chosenAt);
  const lines = options.json !== true && (options.lines ?? io.terminal);
  if (lines) {
    for (const file of skipped) io.err(`notify-runner: ${skippedText(file)}\n`);
  }
  const mayTell = !lines && options.json !== true && watcher.isOwner;
  const notice = mayTell ? skippedNotice(stateDir, skipped.filter(looksMeant)) : undefined;
  if (due.length === 0 && notice === undefined && !(watcher.isOwner && hasPending(stateDir))) {
    if (lines) io.out(scripts.length === 0 ? 'There are no scripts yet.\n' : 'Nothing is due.\n');
    if (options.json) io.out('[]\n');
    // The launcher watches the folder, so that a new one would look like a change.
    const isNew = watcher.fromCron && createPendingFolder(stateDir);
    return { status: DONE, quiet: isNew ? await lookAfterRun(settings, watcher) : { since: options.chosenAt, next } };
  }
  const { runAndReport } = await import('../run-and-report.ts');
  const mailed = watcher.fromCron;
  const status = await runAndReport(io, settings, due, { ...options, lines, mailed, ...(notice && { notice }) });
  // A notice that the bot did not take is due again.
  const canBeQuiet = watcher.fromCron && notice === undefined && !io.stop.aborted && !isDueAlways(settings, due);
  return { status, quiet: canBeQuiet ? await lookAfterRun(settings, watcher) : undefined };
}
