/**
 * When cron last ran the runner, when its last round was, and when the bot was last told: the times of files. Each run looks at them, so that
 * they cost it next to nothing. A failed write is silent: a full disk has louder signs.
 */
import { closeSync, openSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../../core/problem.ts';
import { makeDirs } from '../../../shared/files/make-dirs.ts';

const runFile = (stateDir: string) => join(stateDir, 'last-cron-run');
const beatFile = (stateDir: string) => join(stateDir, 'last-beat');

const roundFile = (stateDir: string) => join(stateDir, 'last-round');

const seenFile = (stateDir: string) => join(stateDir, 'cron-line-seen');

const timeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

/** Sets the time of a file, and creates it where it is missing. @returns whether that worked */
function touch(stateDir: string, path: string, now: number): boolean {
  try {
    try {
      utimesSync(path, now / 1000, now / 1000);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      makeDirs(stateDir, 0o700);
      closeSync(openSync(path, 'a', 0o600));
      utimesSync(path, now / 1000, now / 1000);
    }
    return true;
  } catch {
    return false;
  }
}

/** The last run from cron, Unix time in ms; `undefined` when there was none, or it can't be known. */
export function lastCronRun(stateDir: string): number | undefined {
  try {
    return timeOf(runFile(stateDir));
  } catch {
    return undefined;
  }
}

/**
 * Since when a line of cron's should have run, Unix time in ms: the last run, else when the line was first seen, which
 * is now at the first look.
 */
export function runsSince(stateDir: string, now: number): number {
  const last = lastCronRun(stateDir);
  if (last !== undefined) return last;
  const path = seenFile(stateDir);
  try {
    const seen = timeOf(path);
    if (seen !== undefined) return seen;
  } catch {
    return now;
  }
  touch(stateDir, path, now);
  return now;
}

/** Forgets all of it: a new line or timer starts without a past. */
export function forgetCronRuns(stateDir: string): void {
  for (const fileOf of [runFile, roundFile, beatFile, seenFile]) {
    try {
      rmSync(fileOf(stateDir), { force: true });
    } catch {
      // The folder is a file, or is read-only.
    }
  }
}

/** Notes a run from cron. @param now Unix time in ms */
export const noteCronRun = (stateDir: string, now: number): boolean => touch(stateDir, runFile(stateDir), now);

/** When the scripts without a schedule were last chosen, Unix time in ms; `undefined` when they never were. */
export function lastRound(stateDir: string): number | undefined {
  try {
    return timeOf(roundFile(stateDir));
  } catch {
    return undefined;
  }
}

/** Notes that they were chosen. @param now Unix time in ms */
export const noteRound = (stateDir: string, now: number): boolean => touch(stateDir, roundFile(stateDir), now);

/** When the next beat is due, Unix time in ms. @param everyMs ms */
export function beatDue(stateDir: string, now: number, everyMs: number): number {
  try {
    return Math.min(now, timeOf(beatFile(stateDir)) ?? now) + everyMs;
  } catch {
    return now;
  }
}

/**
 * Whether a beat is due; if so, it counts as sent from now on, also when the bot doesn't take it: one request in this
 * time, and no more.
 *
 * @param everyMs ms
 */
export function takeBeat(stateDir: string, now: number, everyMs: number): boolean {
  try {
    const last = timeOf(beatFile(stateDir));
    // A time ahead of the clock was written before the clock was set back.
    if (last !== undefined && last <= now && now - last < everyMs) return false;
  } catch {
    return false;
  }
  return touch(stateDir, beatFile(stateDir), now);
}
