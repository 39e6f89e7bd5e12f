/**
 * Opens files that others may have replaced by something else: no open waits, and only a regular file is read.
 *
 * A pipe (FIFO) in a file's place would keep a plain open(2) waiting for a writer: forever, and where the call is
 * synchronous, deaf to signals. A link could lead to a file that the caller did not mean.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** What to do with a link as the last name of a path. */
export type Links = 'refuse' | 'follow';

const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
const READ = O_RDONLY | O_NONBLOCK | O_NOCTTY;
const WRITE = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/** Flags of open(2) to create or empty a file. A link fails with `ELOOP`, a pipe that nobody reads with `ENXIO`. */
export const REPLACE = WRITE | O_TRUNC;
/** Flags of open(2) to append to a file, which is created when missing; a link is followed. */
export const APPEND = (WRITE & ~O_NOFOLLOW) | O_APPEND;

const readFlags = (links: Links) => (links === 'refuse' ? READ | O_NOFOLLOW : READ);

/** What is no regular file: a folder as read(2) says it, anything else with BSD's code, since Linux has none. */
function notRegular(path: string, stats: Stats): Error {
  const code = stats.isDirectory() ? 'EISDIR' : 'EFTYPE';
  return Object.assign(new Error(`${code}: not a regular file, open '${path}'`), { code });
}

/**
 * Opens a regular file for reading.
 *
 * @throws the system's error; `ELOOP` for a link that is refused; an error with the code `EISDIR` for a folder, `EFTYPE` for
 * anything else that is no regular file
 */
export async function openRegular(path: string, links: Links = 'refuse'): Promise<FileHandle> {
  const handle = await open(path, readFlags(links));
  try {
    const stats = await handle.stat();
    if (stats.isFile()) return handle;
    throw notRegular(path, stats);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Like `openRegular`, synchronous. @returns a descriptor, which the caller closes */
export function openRegularSync(path: string, links: Links = 'refuse'): number {
  const fd = openSync(path, readFlags(links));
  try {
    const stats = fstatSync(fd);
    if (stats.isFile()) return fd;
    throw notRegular(path, stats);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Reads a regular file whole. @throws as `openRegular` */
export async function readRegular(path: string, links: Links = 'refuse'): Promise<Buffer> {
  const handle = await openRegular(path, links);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Reads a regular file whole, synchronously. @throws as `openRegular` */
export function readRegularSync(path: string, links: Links = 'refuse'): Buffer {
  const fd = openRegularSync(path, links);
  try {
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}
