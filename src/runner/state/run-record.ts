/**
 * The last run of each script: `runs/<name>.json`. A lost record costs at most one extra run, so the file isn't synced;
 * it is replaced whole, since a full disk would otherwise leave it empty.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { readRegularSync } from '../../shared/files/regular-file.ts';
import { fileNameFor } from './file-name.ts';

export interface RunRecord {
  /** Unix time in ms of the last run's start; for a script that never ran, the time before which it was not due. */
  readonly at: number;
  /** Where the schedule continues when that isn't `at`: a run by another program doesn't replace a scheduled one. */
  readonly since?: number;
  /** Whether it has run at all. */
  readonly ran: boolean;
  /** The outcome, one word. */
  readonly result: string;
  readonly failed: boolean;
  /** When it last ran well, Unix time in ms. */
  readonly succeededAt?: number;
  /** The cooldown in force, ms. */
  readonly cooldown?: number;
}

const fileOf = (stateDir: string, name: string) => join(stateDir, 'runs', `${fileNameFor(name)}.json`);

/** A script's last run; `undefined` when none is known. */
export function readRunRecord(stateDir: string, name: string): RunRecord | undefined {
  try {
    const text = readRegularSync(fileOf(stateDir, name), 'follow').toString('utf8');
    const value: Partial<Record<keyof RunRecord, unknown>> = JSON.parse(text);
    const { at, since, ran, result, failed, succeededAt, cooldown } = value;
    if (typeof at !== 'number' || typeof result !== 'string') return undefined;
    return {
      at,
      ...(typeof since === 'number' && { since }),
      ran: ran === true,
      result,
      failed: failed === true,
      ...(typeof succeededAt === 'number' && { succeededAt }),
      ...(typeof cooldown === 'number' && { cooldown }),
    };
  } catch {
    return undefined;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder is a file, or is read-only.
  }
}

/**
 * Stores a script's last run. A failed write is silent: writing the script's state, which matters more, reports it.
 *
 * @returns whether it was stored
 */
export function writeRunRecord(stateDir: string, name: string, record: RunRecord): boolean {
  const path = fileOf(stateDir, name);
  // Unique: the script's lock is held, or the name has this process's number.
  const beside = `${path}.${process.pid}.tmp`;
  const write = () => writeFileSync(beside, JSON.stringify(record), { mode: 0o600 });
  try {
    try {
      write();
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      makeDirs(join(stateDir, 'runs'), 0o700);
      write();
    }
    renameSync(beside, path);
    return true;
  } catch {
    // The previous record stays; a scheduled script may run once more.
    remove(beside);
    return false;
  }
}

/** Notes what the bot did with a notification that waited since the script's last run. */
export function amendWaitingRun(stateDir: string, script: string, result: string): void {
  const run = readRunRecord(stateDir, script);
  if (run?.result === 'waiting') writeRunRecord(stateDir, script, { ...run, result });
}
