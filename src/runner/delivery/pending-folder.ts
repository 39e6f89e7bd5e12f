import { readdirSync } from 'node:fs';
import { join } from 'node:path';

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
