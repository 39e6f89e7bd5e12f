/**
 * What runs from cron printed on standard error, `mailed.json`: cron mails it. Promises: one fault is mailed at most once
 * in a day, however often it comes and goes, and its end once. Where the state folder takes no file, a folder of the
 * account's below the temporary one does. A lost file costs a second mail, so it isn't synced.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { isJsonObject } from '../../shared/json/json-object.ts';

/** @see openMailMemory */
export interface MailMemory {
  /** Whether to print what is wrong; if so, it counts as printed. @param fault the same for the same fault */
  isDue(fault: string): boolean;
  /** Notes that a fault is over. @returns whether that is news: whether it was printed when it began, and this was not */
  end(fault: string): boolean;
}

/** Shortest time between two mails on one fault, ms. */
const QUIET_MS = 24 * 3_600_000;
/** A fault that was not met for so long is forgotten, ms: some scripts run once a month. */
const KEPT_MS = 100 * 24 * 3_600_000;

/** When a fault was last printed, Unix time in ms, and whether its end was. */
interface Mailed {
  readonly at: number;
  readonly over: boolean;
}
type Faults = ReadonlyMap<string, Mailed>;

const uid = process.getuid?.() ?? 0;
/** A folder of the account's below the temporary one, to which others may write. */
const temporaryFolder = () => join(tmpdir(), `notify-runner-${uid}`);

/** Whether a folder is there and the account's alone. */
function isOwn(folder: string): boolean {
  try {
    const stats = lstatSync(folder);
    return stats.isDirectory() && stats.uid === uid && (stats.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

/** Makes the temporary folder. @returns whether it is there and the account's alone */
function makeOwn(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true });
  } catch {
    return false;
  }
  return isOwn(folder);
}

/** The file that takes the place of a state folder's. */
function substitute(folder: string, stateDir: string | undefined): string {
  const digest = createHash('sha256')
    .update(stateDir ?? '')
    .digest('hex');
  return join(folder, `mailed-${digest.slice(0, 16)}.json`);
}

const mailedFrom = (value: unknown): Mailed | undefined =>
  isJsonObject(value) && typeof value.at === 'number' ? { at: value.at * 1000, over: value.over === true } : undefined;

/** The faults of a file; `undefined` where there is none. */
function read(path: string): Faults | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const entries = Object.entries(isJsonObject(value) ? value : {});
    return new Map(
      entries.flatMap(([fault, stored]) => {
        const mailed = mailedFrom(stored);
        return mailed === undefined ? [] : [[fault, mailed] as const];
      }),
    );
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? undefined : new Map();
  }
}

function write(path: string, faults: Faults): boolean {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    makeDirs(dirname(path), 0o700);
    const fields = [...faults].map(([fault, { at, over }]) => [
      fault,
      { at: Math.floor(at / 1000), ...(over && { over }) },
    ]);
    writeFileSync(beside, `${JSON.stringify(Object.fromEntries(fields), null, 2)}\n`, { mode: 0o600 });
    renameSync(beside, path);
    return true;
  } catch {
    remove(beside);
    return false;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder takes no change.
  }
}

/**
 * Opens the memory; its file is read and written with each question, since runs overlap.
 *
 * @param stateDir `undefined` where the settings can't be read
 * @param now Unix time in ms
 */
export function openMailMemory(stateDir: string | undefined, now: number): MailMemory {
  const usual = stateDir === undefined ? undefined : join(stateDir, 'mailed.json');
  const folder = temporaryFolder();
  const other = substitute(folder, stateDir);
  // It is there only as long as the usual one can't be written.
  const readAll = () => new Map((isOwn(folder) ? read(other) : undefined) ?? (usual === undefined ? [] : read(usual)));
  const store = (faults: Faults) => {
    const kept = new Map([...faults].filter(([, { at }]) => now - at < KEPT_MS));
    if (usual !== undefined && write(usual, kept)) {
      if (isOwn(folder)) remove(other);
    } else if (makeOwn(folder)) write(other, kept);
  };
  return {
    isDue(fault) {
      const faults = readAll();
      const last = faults.get(fault)?.at;
      // A time ahead of the clock was written before the clock was set back.
      if (last !== undefined && last <= now && now - last < QUIET_MS) return false;
      store(faults.set(fault, { at: now, over: false }));
      return true;
    },
    end(fault) {
      const faults = readAll();
      const mailed = faults.get(fault);
      if (mailed === undefined || mailed.over) return false;
      store(faults.set(fault, { ...mailed, over: true }));
      return true;
    },
  };
}
