/** Moves damaged pending files aside and removes what killed runs left behind. */
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { readRegularSync } from '../../shared/files/regular-file.ts';
import type { RunWarning } from '../outcomes.ts';
import { CORRUPT_NAME, pendingFolderOf } from './pending-folder.ts';

/** How old a file without an owner must be before it is removed, ms. */
const ORPHAN_MS = 24 * 3_600_000;

/** The names of damaged files that were moved aside. */
export function listCorrupt(stateDir: string): readonly string[] {
  try {
    return readdirSync(join(pendingFolderOf(stateDir), CORRUPT_NAME));
  } catch {
    return [];
  }
}

/** Whether a name is a temporary file, or the copies of a notification that is gone, and is old enough. */
function isOrphan(folder: string, name: string, now: number): boolean {
  const owner = /^(.*)\.files$/.exec(name)?.[1];
  const left =
    owner === undefined
      ? /\.tmp(?:\.|$)/.test(name)
      : statSync(join(folder, `${owner}.json`), { throwIfNoEntry: false }) === undefined;
  return left && now - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now) > ORPHAN_MS;
}

function moveAside(folder: string, path: string): RunWarning {
  const corrupt = join(folder, CORRUPT_NAME);
  try {
    // A file that can't be read at all is not known to be damaged.
    readRegularSync(path, 'follow');
    makeDirs(corrupt, 0o700);
    const movedTo = join(corrupt, `${Date.now()}-${basename(path)}`);
    renameSync(path, movedTo);
    return { code: 'pending_damaged', path, movedTo };
  } catch (cause) {
    return { code: 'pending_unreadable', path, cause };
  }
}

/**
 * Moves damaged notifications to `pending/corrupt/`, and removes what killed runs left behind at least a day ago.
 *
 * @param unreadable paths, as `listPending` returns them
 * @param now Unix time in ms
 */
export function tidyPending(stateDir: string, unreadable: readonly string[], now: number): readonly RunWarning[] {
  const folder = pendingFolderOf(stateDir);
  try {
    for (const name of readdirSync(folder)) {
      if (isOrphan(folder, name, now)) rmSync(join(folder, name), { recursive: true, force: true });
    }
  } catch {
    // The folder does not exist, or can't be changed: the next write reports that.
  }
  return unreadable.map((path) => moveAside(folder, path));
}
