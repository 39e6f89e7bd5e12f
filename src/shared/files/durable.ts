/**
 * Files that survive a power cut: data synced, named atomically, and the name itself synced.
 *
 * Syncs of one directory are shared: whoever asks while one is under way waits for the next, which covers all who
 * asked meanwhile, so that fifty writers cost about two directory syncs and not fifty.
 */
import { chmod, type FileHandle, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { makeDirsAsync } from './make-dirs.ts';

interface Turn {
  readonly running: Promise<void>;
  next: Promise<void> | undefined;
}

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
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a new file, or replaces one, so that after a crash there is the old content, or the new, whole.
 *
 * @param path an absolute path; a neighbour `path.tmp` is used meanwhile and removed when anything fails
 * @param mode permission bits, set whatever the umask
 * @throws the system's error (`ENOSPC`, `EROFS`, …), with `path` as it was
 */
export async function writeDurably(path: string, data: string | Uint8Array, mode = 0o660): Promise<void> {
  const temporary = `${path}.tmp`;
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, 'w', mode);
    // Each of these is a trip through the thread pool: those that need not wait for one another go together.
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

/** Removes a file that may be gone already; rm() would look twice before. Not synced. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}

/** Makes a folder that isn't there, mode 0750 whatever the umask. One that is there stays as it is. */
export async function makeDir(path: string): Promise<void> {
  const made = await makeDirsAsync(path, 0o750);
  if (made !== undefined) await chmod(path, 0o750);
}
