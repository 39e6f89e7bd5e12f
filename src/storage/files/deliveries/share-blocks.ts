import { constants } from 'node:fs';
import { chmod, copyFile, type FileHandle, rm } from 'node:fs/promises';

/**
 * Makes a file that shares the blocks of an open one (FICLONE, as XFS and Btrfs can on one file system): nothing is copied,
 * and holes stay holes.
 *
 * @param path of the new file
 * @returns whether it did; where not, there is no file
 */
export async function shareBlocks(file: FileHandle, path: string, mode: number): Promise<boolean> {
  const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = constants;
  try {
    await copyFile(`/proc/self/fd/${file.fd}`, path, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
    // The copy has the mode of the original.
    await chmod(path, mode);
    return true;
  } catch {
    await rm(path, { force: true });
    return false;
  }
}
