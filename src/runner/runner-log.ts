/** `logs/runner.log`: one JSON object a line, rotated at 1 MB, five kept. Writing it never stops a run. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_LEVELS, type LogLevel } from '../shared/log-level.ts';
import { redact } from '../shared/redact.ts';

export interface RunnerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const ROTATE_BYTES = 1_000_000;
const KEPT = 5;

/** Where the log is. */
export const logFileOf = (stateDir: string): string => join(stateDir, 'logs', 'runner.log');

function rotate(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < ROTATE_BYTES) return;
  for (let number = KEPT; number > 0; number -= 1) {
    const from = number === 1 ? path : `${path}.${number - 1}`;
    if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${path}.${number}`);
  }
}

/** Makes a log of this level and above. */
export function createRunnerLog(stateDir: string, level: LogLevel): RunnerLog {
  const path = logFileOf(stateDir);
  let begun = false;
  const write = (name: LogLevel) => (fields: object, message: string) => {
    if (LOG_LEVELS.indexOf(name) < LOG_LEVELS.indexOf(level)) return;
    const line = JSON.stringify({ time: new Date().toISOString(), level: name, msg: message, ...fields });
    try {
      if (!begun) mkdirSync(join(stateDir, 'logs'), { recursive: true, mode: 0o700 });
      begun = true;
      rotate(path);
      appendFileSync(path, `${redact(line)}\n`, { mode: 0o600 });
    } catch {
      // A full disk: what matters is said on standard error too.
    }
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
