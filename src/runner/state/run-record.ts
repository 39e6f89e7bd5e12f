/**
 * When each script last ran and what came of it: `runs/<name>.json`. Losing one harms nobody, so it isn't synced; but
 * it is replaced whole, as a full disk would else leave it empty.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { fileNameFor } from './file-name.ts';

export interface RunRecord {
  /** Unix time in ms of the last run's start, or of the moment before which a new script can't have been due. */
  readonly at: number;
  /** From where the schedule goes on, when that isn't `at`: another program's run doesn't stand for a scheduled one. */
  readonly since?: number;
  /** Whether it has run at all. */
  readonly ran: boolean;
  /** What came of it, in few words. */
  readonly result: string;
  readonly failed: boolean;
  /** The cooldown in force, ms. */
  readonly cooldown?: number;
}

const fileOf = (stateDir: string, name: string) => join(stateDir, 'runs', `${fileNameFor(name)}.json`);

/** A script's last run; `undefined` when none is known. */
export function readRunRecord(stateDir: string, name: string): RunRecord | undefined {
  try {
    const value: Partial<Record<keyof RunRecord, unknown>> = JSON.parse(readFileSync(fileOf(stateDir, name), 'utf8'));
    const { at, since, ran, result, failed, cooldown } = value;
    if (typeof at !== 'number' || typeof result !== 'string') return undefined;
    return {
      at,
      ...(typeof since === 'number' && { since }),
      ran: ran === true,
      result,
      failed: failed === true,
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
    // The folder is none, or is read-only.
  }
}

/** Notes a run. A disk that doesn't take it is said elsewhere, where it costs more. */
export function writeRunRecord(stateDir: string, name: string, record: RunRecord): void {
  const path = fileOf(stateDir, name);
  // No other run has this one: the script's lock is held, or its name is the process's own.
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
  } catch {
    // The last one stands; for a script with a schedule that means once more.
    remove(beside);
  }
}
