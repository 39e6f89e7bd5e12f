import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import type { Environment } from '../../shared/process/settings.ts';
import type { Owner } from './as-owner.ts';
import { type Answer, FAILED } from './io.ts';

/** More than the lists of a full outbox take, bytes. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Runs a Node program as another account; for root. @param command the program's file and its arguments */
export function runAs({ uid, gid }: Owner, command: readonly string[], environment: Environment): Promise<Answer> {
  const [program = '', ...args] = command;
  // That account may not be allowed to enter the folder that this process is in.
  const options = { uid, gid, env: environment, cwd: '/', maxBuffer: MOST_OUTPUT };
  return new Promise((resolve) => {
    execFile(process.execPath, [realpathSync(program), ...args], options, (error, out, err) => {
      const why = error !== null && typeof error.code !== 'number' ? `notify-bot: ${error.message}\n` : '';
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : FAILED;
      resolve({ status, out, err: `${err}${why}` });
    });
  });
}
