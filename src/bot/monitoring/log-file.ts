import { closeSync, openSync, writeSync } from 'node:fs';
import { reasonOf } from '../../shared/files/storage-problem.ts';

/** A log file that is only ever added to. */
export interface LogFile {
  /** Adds a line. A full disk costs the line and nothing else. */
  write(line: string): void;
  /** Opens the path anew, after the file was rotated. */
  reopen(): void;
}

/**
 * Opens a log file, or goes without one when it can't be opened.
 *
 * @param complain told once when it can't
 */
export function createLogFile(path: string, complain: (sentence: string) => void): LogFile {
  let fd: number | undefined;
  function open(): void {
    try {
      fd = openSync(path, 'a', 0o640);
    } catch (error) {
      fd = undefined;
      complain(`${path} can't be written: ${reasonOf(error)}; the log goes on at standard output.`);
    }
  }
  open();
  return {
    write(line) {
      if (fd === undefined) return;
      try {
        writeSync(fd, line);
      } catch {
        // The same line is on standard output.
      }
    },
    reopen() {
      if (fd !== undefined) closeSync(fd);
      open();
    },
  };
}
