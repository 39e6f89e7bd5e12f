import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { errnoOf } from '../../core/problem.ts';

/** Names one state of a file: another one, or one changed in place, has another print (but see `racy`). */
export type Print = string;

/** The print of a file that isn't there. */
export const ABSENT: Print = 'absent';

interface Stats {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

const printOf = ({ ino, size, mtimeNs }: Stats): Print => `${ino}:${size}:${mtimeNs}`;

/**
 * A file's times move in steps of the kernel's tick (up to 10 ms), and inode numbers are re-used, so two changes
 * within one tick may have the same print. A print this close to the clock is not yet proof of anything.
 */
const TICK_MS = 50;

/** Whether the file was touched so lately that it may change again without its print changing. */
function racy({ mtimeNs }: Stats): boolean {
  return Math.abs(Date.now() - Number(mtimeNs / 1_000_000n)) <= TICK_MS;
}

/** The print of the file at `path` now. @throws the system's error, other than for a file that isn't there */
export async function currentPrint(path: string): Promise<Print> {
  try {
    return printOf(await stat(path, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return ABSENT;
    throw error;
  }
}

/** The print of a file that was just written and not yet named. */
export async function printOfHandle(handle: FileHandle): Promise<Print> {
  return printOf(await handle.stat({ bigint: true }));
}

/** A file's bytes and what tells them from others. */
export interface FileContent {
  readonly print: Print;
  /** Whether the same print will mean the same bytes from now on. */
  readonly settled: boolean;
  readonly bytes: Buffer;
  readonly digest: string;
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** Passes pieces on, and knows their digest, the one `readContent` gives, once all have been taken. */
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

/**
 * Reads a file as it stood at one moment, should somebody be writing to it.
 *
 * @returns `undefined` when there is no such file
 * @throws the system's error
 */
export async function readContent(path: string): Promise<FileContent | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    for (let attempt = 1; ; attempt += 1) {
      const before = await handle.stat({ bigint: true });
      const settled = !racy(before);
      const bytes = Buffer.alloc(Number(before.size));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      const print = printOf(before);
      const whole = bytesRead === bytes.length && (await printOfHandle(handle)) === print;
      if (whole) return { print, settled, bytes, digest: digestOf(bytes) };
      // Somebody keeps writing in place: what we have will be judged by whether it parses, and never be trusted.
      if (attempt === 3) return { print, settled: false, bytes: bytes.subarray(0, bytesRead), digest: '' };
    }
  } finally {
    await handle.close();
  }
}
