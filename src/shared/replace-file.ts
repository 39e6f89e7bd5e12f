import { type FileHandle, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './durable.ts';
import { errnoOf } from './problem.ts';

/**
 * Replacing a file that several programs share, under its lock.
 *
 * Done here, not by the package write-file-atomic: that writes with a single call and takes a short write, which is
 * what a disk gives as it fills up, for success, so that a cut file replaces the whole one; and it leaves a file with
 * a new number for its ending behind at every kill, which cannot be told from a person's backup.
 */
interface Replacement {
  /** Permission bits, set whatever the umask. */
  readonly mode: number;
  /** Called when the new content is on disk and only the renaming is left; what it throws leaves the old file. */
  readonly beforeRename: (written: FileHandle) => Promise<void>;
}

/** Whose the replacement is to be: the old file's owner's, or, for a new file, the folder's. */
async function ownerOf(path: string): Promise<{ uid: number; gid: number }> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return stat(dirname(path));
  }
}

/** Gives a file away as far as we may: root wholly, so that a service's file stays the service's; others the group. */
async function giveTo(handle: FileHandle, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const ours = await handle.stat();
  const keptUid = process.geteuid?.() === 0 ? uid : ours.uid;
  if (ours.uid === keptUid && ours.gid === gid) return;
  await handle.chown(keptUid, gid).catch((error: unknown) => {
    if (errnoOf(error) !== 'EPERM') throw error;
  });
}

/**
 * Replaces a file, or makes it, so that after a crash there is the old content or the new, whole; the owner stays.
 * Call it under the file's lock: a neighbour `path.tmp` is used meanwhile, and one left by a killed process replaced.
 *
 * @param pieces the content; the event loop is free between them
 * @throws the system's error (`ENOSPC`, …), with the old file as it was and nothing beside it
 */
export async function replaceFile(path: string, pieces: Iterable<string>, options: Replacement): Promise<void> {
  const temporary = `${path}.tmp`;
  const owner = await ownerOf(path);
  await rm(temporary, { force: true });
  try {
    // Never through a link that somebody put there: root may be the one who writes.
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await giveTo(handle, owner);
      await handle.chmod(options.mode);
      await writeFile(handle, pieces);
      await handle.sync();
      await options.beforeRename(handle);
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncDirectory(dirname(path));
}
