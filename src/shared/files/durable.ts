/**
 * Writes files that survive a power cut: synced data, an atomic rename, a synced directory.
 *
 * Syncs of one directory are shared: calls during a sync all wait for the next one, so that fifty writers cost about
 * two directory syncs instead of fifty.
 */
import { chmod, type FileHandle, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { makeDirsAsync } from './make-dirs.ts';
import { openRegular, REPLACE } from './regular-file.ts';

interface Turn {
  readonly running: Promise<void>;
  next: Promise<void> | undefined;
}

/** A link, or a pipe or socket, where a file was to be made. */
const IN_THE_WAY = new Set(['ELOOP', 'ENXIO']);

const turns = new Map<string, Turn>();

async function syncNow(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function start(directory: string): Promise<void> {
  const running = syncNow(directory);
  const turn: Turn = { running, next: undefined };
  turns.set(directory, turn);
  const done = () => {
    if (turns.get(directory) === turn && turn.next === undefined) turns.delete(directory);
  };
  running.then(done, done);
  return running;
}

/** Makes the names in `directory` (creations, renames, removals done before the call) survive a power cut. */
export function syncDirectory(directory: string): Promise<void> {
  const turn = turns.get(directory);
  if (turn === undefined) return start(directory);
  turn.next ??= turn.running.catch(() => {}).then(() => start(directory));
  return turn.next;
}

/** Syncs a file that was written and closed, such as an upload. */
export async function syncFile(path: string): Promise<void> {
  const handle = await openRegular(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Opens a temporary file; whatever is no file in its place, such as a pipe or a link, is removed first. */
async function openTemporary(path: string, mode: number): Promise<FileHandle> {
  try {
    return await open(path, REPLACE, mode);
  } catch (error) {
    if (!IN_THE_WAY.has(errnoOf(error) ?? '')) throw error;
    await unlink(path);
    return open(path, REPLACE, mode);
  }
}

/**
 * Creates or replaces a file. After a crash it holds either the old or the new content, complete.
 *
 * @param path an absolute path; the temporary file `path.tmp` beside it is removed on failure
 * @param mode permission bits, regardless of the umask
 * @throws the system's error (`ENOSPC`, `EROFS`, …), with `path` unchanged
 */
export async function writeDurably(path: string, data: string | Uint8Array, mode = 0o660): Promise<void> {
  const temporary = `${path}.tmp`;
  let handle: FileHandle | undefined;
  try {
    handle = await openTemporary(temporary, mode);
    // Each of these is a round trip through the thread pool, so independent ones run in parallel.
    await Promise.all([handle.chmod(mode), handle.writeFile(data)]);
    await handle.datasync();
    const closing = handle.close();
    handle = undefined;
    await Promise.all([closing, rename(temporary, path)]);
  } catch (error) {
    await handle?.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** There is no file, or a folder in its place, which is nothing that these functions made. */
const NOT_THERE = new Set(['ENOENT', 'EISDIR']);

/** Removes a file that may not exist, with fewer system calls than rm(); leaves a folder in its place alone. Not synced. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!NOT_THERE.has(errnoOf(error) ?? '')) throw error;
  });
}

/** Creates a missing folder with mode 0750, regardless of the umask. An existing folder is not changed. */
export async function makeDir(path: string): Promise<void> {
  const made = await makeDirsAsync(path, 0o750);
  if (made !== undefined) await chmod(path, 0o750);
}
