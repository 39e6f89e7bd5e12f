/** `logs/runner.log`: one JSON object a line, rotated at 1 MB, five old files kept. A failed write never stops a run. */
import { closeSync, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { APPEND } from '../../shared/files/regular-file.ts';
import { LOG_LEVELS, type LogLevel } from '../../shared/process/log-level.ts';
import { redact } from '../../shared/text/redact.ts';
import { visible } from '../../shared/text/visible.ts';

export interface RunnerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const ROTATE_BYTES = 1_000_000;
const KEPT = 5;

/** The path of the log. */
export const logFileOf = (stateDir: string): string => join(stateDir, 'logs', 'runner.log');

function rotate(path: string): void {
  for (let number = KEPT; number > 0; number -= 1) {
    const from = number === 1 ? path : `${path}.${number - 1}`;
    if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${path}.${number}`);
  }
}

/** Opens the file once, with the first line: a run may write a hundred. */
function createAppender(path: string): (line: string) => void {
  let fd: number | undefined;
  const open = () => {
    makeDirs(dirname(path), 0o700);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= ROTATE_BYTES) rotate(path);
    return openSync(path, APPEND, 0o600);
  };
  return (line) => {
    if (fd !== undefined && fstatSync(fd).size >= ROTATE_BYTES) {
      closeSync(fd);
      fd = undefined;
    }
    fd ??= open();
    writeSync(fd, line);
  };
}

/** Creates a log for lines of this level and above. */
export function createRunnerLog(stateDir: string, level: LogLevel): RunnerLog {
  const append = createAppender(logFileOf(stateDir));
  const write = (name: LogLevel) => (fields: object, message: string) => {
    if (LOG_LEVELS.indexOf(name) < LOG_LEVELS.indexOf(level)) return;
    const line = JSON.stringify({ time: new Date().toISOString(), level: name, msg: message, ...fields });
    try {
      append(`${visible(redact(line))}\n`);
    } catch {
      // A full disk; warnings go to standard error as well.
    }
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
