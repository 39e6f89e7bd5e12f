import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { syncDirectory } from './durable.ts';

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
 * A neighbour `path.<random>.tmp` is used meanwhile, one's own, so that a process that lost its lock spoils no other's.
 *
 * @param pieces the content; the event loop is free between them
 * @throws the system's error (`ENOSPC`, …), with the old file as it was and nothing beside it
 */
export async function replaceFile(path: string, pieces: Iterable<string>, options: Replacement): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const owner = await ownerOf(path);
  try {
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

/** Removes what killed processes left of their replacements of `path`; call it under the file's lock. */
export async function removeUnfinished(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const isOurs = name.startsWith(start) && /^[0-9a-f]{12}\.tmp$/.test(name.slice(start.length));
    if (isOurs) await rm(join(dirname(path), name), { force: true });
  }
}
