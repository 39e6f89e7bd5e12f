/**
 * Opens a file for a caller, with the caller's rights and not the service's: the caller owns it, or anyone may read it.
 *
 * The path is walked one folder at a time. Each folder is opened relative to the one before, without following links and
 * without reading it (`O_PATH`): the file that was checked is the file that is opened, even when names change meanwhile,
 * and no device or pipe is opened. An answer never reveals whether a file exists where the caller may not look.
 */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Caller } from '../../../core/account.ts';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { MAX_FILE_BYTES } from '../../../shared/api/limits.ts';

/** open(2), the same on x86 and ARM; Node doesn't name it. */
const O_PATH = 0o10000000;
const LOOK = O_PATH | constants.O_NOFOLLOW;
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const OTHERS_MAY_READ = 0o004;
const OTHERS_MAY_ENTER = 0o001;

type Reader = Pick<Caller, 'uid'>;

function forbidden(field: string, path: string): Problem {
  const message = `${field}: ${path} is not yours and not readable by everyone, or the service may not open it; upload it as multipart/form-data instead.`;
  return new Problem('not_readable', message);
}

const unfit = (field: string, path: string, what: string) => new Problem('bad_field', `${field}: ${path} ${what}.`);

const through = (folder: FileHandle, name: string) => `/proc/self/fd/${folder.fd}/${name}`;

/** Whether the caller may pass this folder. Anything but a folder makes the next step fail. */
const passable = (stats: Stats, reader: Reader) =>
  !stats.isDirectory() || reader.uid === 0 || stats.uid === reader.uid || (stats.mode & OTHERS_MAY_ENTER) !== 0;

interface Found {
  readonly handle: FileHandle;
  /** Whether the caller may pass every folder of the path. */
  readonly reachable: boolean;
}

/** A link in the path. The reason is named only where the caller may look. */
const linkFound = (field: string, path: string, reachable: boolean): Problem =>
  reachable ? unfit(field, path, 'goes through a link; give the real path') : forbidden(field, path);

/** A failed open. The reason is named only where the caller may look. */
function failure(error: unknown, field: string, path: string, reachable: boolean): Problem {
  if (!reachable) return forbidden(field, path);
  const errno = errnoOf(error);
  if (errno === 'ENOENT')
    return unfit(
      field,
      path,
      "doesn't exist, or the service can't see it; if it does, upload it as multipart/form-data",
    );
  if (errno === 'ENOTDIR') return unfit(field, path, "doesn't exist: something on its way is not a folder");
  if (errno === 'ENAMETOOLONG') return unfit(field, path, "doesn't exist: its name is too long");
  return forbidden(field, path);
}

async function walk(path: string, reader: Reader, field: string): Promise<Found> {
  const names = path.split('/').filter((name) => name !== '');
  let reachable = true;
  let current = await open('/', LOOK);
  try {
    for (const name of names) {
      const stats = await current.stat();
      if (stats.isSymbolicLink()) throw linkFound(field, path, reachable);
      reachable &&= passable(stats, reader);
      const next = await open(through(current, name), LOOK).catch((error: unknown) => {
        throw failure(error, field, path, reachable);
      });
      await current.close();
      current = next;
    }
    return { handle: current, reachable };
  } catch (error) {
    await current.close();
    throw error;
  }
}

function check(stats: Stats, reachable: boolean, reader: Reader, field: string, path: string): void {
  const allowed = reader.uid === 0 || stats.uid === reader.uid || (reachable && (stats.mode & OTHERS_MAY_READ) !== 0);
  if (!allowed) throw forbidden(field, path);
  if (stats.isSymbolicLink()) throw linkFound(field, path, reachable);
  if (!stats.isFile()) throw unfit(field, path, 'is not a regular file');
  if (stats.size === 0) throw unfit(field, path, 'is empty');
  if (stats.size > MAX_FILE_BYTES) throw new Problem('too_large', `${field}: ${path} is larger than 50 MB.`);
}

/**
 * @param path absolute; `.` and `..` are resolved by name alone
 * @param reader the caller; uid 0 may read every file, other trusted callers have no more rights than their own
 * @param field its name in an error
 * @returns a file that is open for reading; the caller of this function closes it
 * @throws Problem `bad_field` (not there, a link, not a regular file, empty), `not_readable`, `too_large`
 */
export async function openReadable(path: string, reader: Reader, field: string): Promise<FileHandle> {
  const clean = resolve('/', path);
  const { handle, reachable } = await walk(clean, reader, field);
  try {
    check(await handle.stat(), reachable, reader, field, clean);
    return await open(`/proc/self/fd/${handle.fd}`, READ).catch(() => {
      throw forbidden(field, clean);
    });
  } finally {
    await handle.close();
  }
}

const CHUNK_BYTES = 256 * 1024;

/** The first bytes of a file, `most` of them unless it ends earlier: more may be written to it meanwhile. */
export async function* bytesOf(file: FileHandle, most: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(most, CHUNK_BYTES));
  for (let left = most; left > 0; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(left, buffer.length), null);
    if (bytesRead === 0) return;
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
