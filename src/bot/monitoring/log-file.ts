import { closeSync, openSync, writeSync } from 'node:fs';
import { APPEND } from '../../shared/files/regular-file.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';

/** A log file that lines are appended to. */
export interface LogFile {
  /** Appends a line. When that fails, for instance on a full disk, the line is lost in the file only. */
  write(line: string): void;
  /** Opens the path again after a rotation. */
  reopen(): void;
}

/**
 * Opens a log file. When it can't be opened, lines are dropped.
 *
 * @param complain called with a sentence when it can't be opened
 */
export function createLogFile(path: string, complain: (sentence: string) => void): LogFile {
  let fd: number | undefined;
  function open(): void {
    try {
      fd = openSync(path, APPEND, 0o640);
    } catch (error) {
      fd = undefined;
      complain(`${path} can't be written: ${reasonOf(error)}; the log continues on standard output.`);
    }
  }
  open();
  return {
    write(line) {
      if (fd === undefined) return;
      try {
        writeSync(fd, line);
      } catch {
        // Standard output has the same line.
      }
    },
    reopen() {
      if (fd !== undefined) closeSync(fd);
      open();
    },
  };
}
