/**
 * Creates folders with their parents. Node's own `recursive` never returns if the system answers ENOENT for a child of
 * an existing folder, as it does in /proc (seen in Node 20 and 22).
 */
import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../core/problem.ts';

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** A folder that another process created meanwhile is fine. */
function makeOne(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && isFolder(path)) return false;
    throw error;
  }
}

/**
 * Creates a folder and its missing parents.
 *
 * @param mode permission bits of each created folder, less the umask
 * @returns the topmost created folder; `undefined` if all existed
 * @throws the system's error (`EACCES`, `ENOSPC`, `ENOENT` where the file system takes no folders, …)
 */
export function makeDirs(path: string, mode = 0o777): string | undefined {
  try {
    return makeOne(path, mode) ? path : undefined;
  } catch (error) {
    const parent = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || parent === path || isFolder(parent)) throw error;
    const topmost = makeDirs(parent, mode);
    return makeOne(path, mode) ? (topmost ?? path) : topmost;
  }
}

const isFolderAsync = async (path: string) => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

async function makeOneAsync(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await isFolderAsync(path))) return false;
    throw error;
  }
}

/** Like {@link makeDirs}, without blocking. */
export async function makeDirsAsync(path: string, mode = 0o777): Promise<string | undefined> {
  try {
    return (await makeOneAsync(path, mode)) ? path : undefined;
  } catch (error) {
    const parent = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || parent === path || (await isFolderAsync(parent))) throw error;
    const topmost = await makeDirsAsync(parent, mode);
    return (await makeOneAsync(path, mode)) ? (topmost ?? path) : topmost;
  }
}
