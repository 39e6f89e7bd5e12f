import { createHash } from 'node:crypto';
import { type FileHandle, stat } from 'node:fs/promises';
import { errnoOf } from '../../core/problem.ts';
import { openRegular } from '../files/regular-file.ts';

/** Fingerprint of a file's state: a replaced file, or one changed in place, has another print (but see `racy`). */
export type Print = string;

/** The print of a missing file. */
export const ABSENT: Print = 'absent';

interface Stats {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

const printOf = ({ ino, size, mtimeNs }: Stats): Print => `${ino}:${size}:${mtimeNs}`;

/**
 * File times advance in steps of the kernel's tick (up to 10 ms), and inode numbers are reused, so two changes within
 * one tick may have the same print. A print as recent as this does not prove that the file is unchanged.
 */
const TICK_MS = 50;

/** Whether the file was modified so recently that it may change again without a new print. */
function racy({ mtimeNs }: Stats): boolean {
  return Math.abs(Date.now() - Number(mtimeNs / 1_000_000n)) <= TICK_MS;
}

/** The current print of a file. @throws the system's error, except for a missing file */
export async function currentPrint(path: string): Promise<Print> {
  try {
    return printOf(await stat(path, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return ABSENT;
    throw error;
  }
}

/** The print of a file that was just written and not yet renamed. */
export async function printOfHandle(handle: FileHandle): Promise<Print> {
  return printOf(await handle.stat({ bigint: true }));
}

/** A file's bytes and their print. */
export interface FileContent {
  readonly print: Print;
  /** Whether from now on the same print means the same bytes. */
  readonly settled: boolean;
  readonly bytes: Buffer;
  readonly digest: string;
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** Passes pieces through and computes their digest, as `readContent` does; available after the last piece. */
export function digested(pieces: Iterable<string>): { pieces: Iterable<string>; digest: () => string } {
  const hash = createHash('sha256');
  function* passOn(): Generator<string> {
    for (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  }
  return { pieces: passOn(), digest: () => hash.digest('base64') };
}

/** A file larger than its reader takes. @param most bytes */
export const tooLarge = (most: number): Error =>
  Object.assign(new Error(`it is larger than ${most} bytes`), { code: 'EFBIG' });

/**
 * Reads a consistent state of a file, even if another program is writing to it.
 *
 * @param most bytes that are taken into memory
 * @returns `undefined` if there is no such file
 * @throws the system's error
 */
export async function readContent(path: string, most = Number.POSITIVE_INFINITY): Promise<FileContent | undefined> {
  let handle: FileHandle;
  try {
    // Another program's file may be a link.
    handle = await openRegular(path, 'follow');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    for (let attempt = 1; ; attempt += 1) {
      const before = await handle.stat({ bigint: true });
      if (before.size > most) throw tooLarge(most);
      const settled = !racy(before);
      const bytes = Buffer.alloc(Number(before.size));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      const print = printOf(before);
      const whole = bytesRead === bytes.length && (await printOfHandle(handle)) === print;
      if (whole) return { print, settled, bytes, digest: digestOf(bytes) };
      // Another program keeps writing in place: the bytes are used if they parse, and never cached.
      if (attempt === 3) return { print, settled: false, bytes: bytes.subarray(0, bytesRead), digest: '' };
    }
  } finally {
    await handle.close();
  }
}
