import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirs } from '../../shared/files/make-dirs.ts';

/** The name of the folder for damaged files, inside the pending folder. */
export const CORRUPT_NAME = 'corrupt';

/** The folder of pending notifications. */
export const pendingFolderOf = (stateDir: string): string => join(stateDir, 'pending');

/** Whether anything waits from an earlier run, or has to be tidied up. */
export function hasPending(stateDir: string): boolean {
  try {
    return readdirSync(pendingFolderOf(stateDir)).some((name) => name !== CORRUPT_NAME);
  } catch {
    return false;
  }
}

/** Creates the folder where it is missing. @returns whether it was; `undefined` where it can't be */
export function createPendingFolder(stateDir: string): boolean | undefined {
  try {
    return makeDirs(pendingFolderOf(stateDir), 0o700) !== undefined;
  } catch {
    return undefined;
  }
}
