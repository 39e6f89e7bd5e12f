import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { syncDirectory } from './durable.ts';

/**
 * Replaces a file that several programs share, under its lock.
 *
 * Done here, not by the package write-file-atomic: that writes with a single call and treats a short write, as on a
 * disk that fills up, as success, so that a truncated file replaces the complete one; and every kill leaves a file with
 * a numeric extension behind, which can't be told from a user's backup.
 */
interface Replacement {
  /** Permission bits, regardless of the umask. */
  readonly mode: number;
  /** Called when the new content is on disk and only the rename remains; if it throws, the old file stays. */
  readonly beforeRename: (written: FileHandle) => Promise<void>;
}

/** The owner of the replacement: the old file's, or, for a new file, the folder's. */
async function ownerOf(path: string): Promise<{ uid: number; gid: number }> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return stat(dirname(path));
  }
}

/** Sets the owner as far as permitted: root sets user and group, so that a service keeps its file; others the group. */
async function giveTo(handle: FileHandle, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const ours = await handle.stat();
  const keptUid = process.geteuid?.() === 0 ? uid : ours.uid;
  if (ours.uid === keptUid && ours.gid === gid) return;
  await handle.chown(keptUid, gid).catch((error: unknown) => {
    if (errnoOf(error) !== 'EPERM') throw error;
  });
}

/**
 * Creates or replaces a file, keeping its owner. After a crash it holds either the old or the new content, complete.
 * Each call uses its own temporary file `path.<random>.tmp`, so a process that lost its lock can't damage another's.
 *
 * @param pieces the content; the event loop turns between them
 * @throws the system's error (`ENOSPC`, …), with the old file unchanged and the temporary one removed
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

/** Removes temporary files that killed processes left beside `path`; call it under the file's lock. */
export async function removeUnfinished(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const isOurs = name.startsWith(start) && /^[0-9a-f]{12}\.tmp$/.test(name.slice(start.length));
    if (isOurs) await rm(join(dirname(path), name), { force: true });
  }
}
