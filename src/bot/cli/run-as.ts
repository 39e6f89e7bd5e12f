import { realpathSync } from 'node:fs';
import { execa } from 'execa';
import type { Environment } from '../../shared/process/settings.ts';
import type { Owner } from './as-owner.ts';
import { type Answer, FAILED } from './io.ts';

/** More than the lists of a full outbox take, bytes. */
const MOST_OUTPUT = 64 * 1024 * 1024;
/** Longer than the lists of a full outbox take, ms; that account may hold its process up. */
const DEADLINE_MS = 5 * 60_000;

/**
 * Runs a Node program as another account; for root. The process has a session of its own, and so no terminal: other
 * processes of that account can take it over, and would type on root's.
 *
 * @param command the program's file and its arguments
 * @param environment all that the process gets; that account can read it
 */
export async function runAs(
  { uid, gid }: Owner,
  command: readonly string[],
  environment: Environment,
): Promise<Answer> {
  const [program = '', ...args] = command;
  const { exitCode, stdout, stderr, shortMessage } = await execa(process.execPath, [realpathSync(program), ...args], {
    uid,
    gid,
    env: environment,
    extendEnv: false,
    // That account may not be allowed to enter the folder that this process is in.
    cwd: '/',
    detached: true,
    stdin: 'ignore',
    maxBuffer: MOST_OUTPUT,
    timeout: DEADLINE_MS,
    reject: false,
    stripFinalNewline: false,
  });
  const why = exitCode === undefined ? `notify-bot: ${shortMessage}\n` : '';
  return { status: exitCode ?? FAILED, out: stdout, err: `${stderr}${why}` };
}
