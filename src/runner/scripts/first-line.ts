/** The first line of a script, which may name its interpreter. */
import { closeSync, readSync } from 'node:fs';
import { openRegularSync } from '../../shared/files/regular-file.ts';

function startOf(path: string, length: number): string {
  const fd = openRegularSync(path, 'follow');
  try {
    const start = Buffer.alloc(length);
    return start.toString('latin1', 0, readSync(fd, start, 0, length, 0));
  } finally {
    closeSync(fd);
  }
}

/** Whether a file names its interpreter. @throws the system's error */
export const startsWithShebang = (path: string): boolean => startOf(path, 2) === '#!';

/** U+FEFF in UTF-8, as `startOf` reads it: some editors of Windows begin every file with it. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** Whether a byte order mark hides the line that names a file's interpreter from the kernel. */
export function hasHiddenShebang(path: string): boolean {
  try {
    return startOf(path, 5) === `${BYTE_ORDER_MARK}#!`;
  } catch {
    return false;
  }
}

/** Whether a file's first line has a Windows line ending: the carriage return becomes a part of the interpreter's name. */
export function hasWindowsShebang(path: string): boolean {
  try {
    return /^#![^\n]*\r\n/.test(startOf(path, 256));
  } catch {
    return false;
  }
}

/** The first line of a file, as far as it matters; empty where it can't be read. */
export function firstLineOf(path: string): string {
  try {
    return startOf(path, 256).split('\n', 1)[0] ?? '';
  } catch {
    return '';
  }
}
