/** A look at the folder: what is due in this run, and when more may be. */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPendingFolder, hasPending } from '../../delivery/pending-folder.ts';
import { type DueScripts, dueScripts } from '../../execution/due-scripts.ts';
import type { SkippedFile } from '../../outcomes.ts';
import { roundStart } from '../../policy/rhythm.ts';
import { readFolder, type Script } from '../../scripts/discover.ts';
import type { RunnerSettings } from '../../settings.ts';
import { lastRound, noteRound } from '../../state/cron/cron-run.ts';
import { TICK_MS } from '../../state/cron/idle-note.ts';

/** Who looks. */
export interface Watcher {
  readonly uid: number;
  /** Whether cron, or a timer, started it. */
  readonly fromCron: boolean;
  /** Whether this host runs the scripts of the home; if not, only those whose header names it. */
  readonly isOwner: boolean;
}

/** What a look found. */
export interface Look extends DueScripts {
  readonly scripts: readonly Script[];
  readonly skipped: readonly SkippedFile[];
}

/** When the next round of the scripts without a schedule begins, Unix time in ms; `undefined` where one is due now. */
function nextRound({ every, stateDir }: RunnerSettings, { uid, fromCron }: Watcher, now: number): number | undefined {
  if (!fromCron || every === undefined) return undefined;
  const begun = roundStart(now, every, uid);
  const last = lastRound(stateDir);
  // A time ahead of the clock was written before the clock was set back.
  return last === undefined || last < begun || last > now ? undefined : begun + every;
}

async function lookFrom(settings: RunnerSettings, { isOwner }: Watcher, next: number | undefined): Promise<Look> {
  const { scripts, skipped } = readFolder(settings.scriptsDir);
  const chosen = { host: hostname(), ownOnly: !isOwner, ...(next !== undefined && { nextRound: next }) };
  return { ...(await dueScripts(settings, scripts, chosen)), scripts, skipped };
}

/** Looks for what is due; a round that is due counts as begun. @param now Unix time in ms @throws Problem `no_folder` */
export function look(settings: RunnerSettings, watcher: Watcher, now: number): Promise<Look> {
  const next = nextRound(settings, watcher, now);
  if (next === undefined && settings.every !== undefined && watcher.fromCron) noteRound(settings.stateDir, now);
  return lookFrom(settings, watcher, next);
}

/** Nothing is due. */
export interface Quiet {
  /** Since this moment, Unix time in ms. */
  readonly since: number;
  /** When something may be due, Unix time in ms; `Infinity` where nothing will without a change. */
  readonly next: number;
}

/** Looks once more after a run. `undefined` where something is still due or waits. @throws Problem `no_folder` */
export async function lookAfterRun(settings: RunnerSettings, watcher: Watcher): Promise<Quiet | undefined> {
  createPendingFolder(settings.stateDir);
  // Then what the run changed itself lies before the look.
  await sleep(2 * TICK_MS);
  const since = Date.now();
  const round = nextRound(settings, watcher, since);
  const { due, next } = await lookFrom(settings, watcher, round);
  return due.length > 0 || hasPending(settings.stateDir) ? undefined : { since, next };
}
