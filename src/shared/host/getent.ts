/** Reads the host's accounts through NSS, which includes users from LDAP or SSSD. No shell is involved. */
import { execFile } from 'node:child_process';
import { Problem } from '../../core/problem.ts';

export type Database = 'passwd' | 'group' | 'initgroups';

/** Path of glibc's program. */
export const GETENT = '/usr/bin/getent';

/** getent(1): "one or more supplied keys could not be found in the database". */
const NOT_FOUND = 2;
const TIMEOUT_MS = 5_000;
/** Never the name of an account or group; `:` or a newline would match another entry. */
const IMPOSSIBLE_NAME = /^$|^.{257}|[:/\p{Cc}]/u;

/** Whether a text can be the name of an account or a group. */
export const isPossibleName = (name: string): boolean => !IMPOSSIBLE_NAME.test(name);

/**
 * Reads entries by name or number, with one process for all.
 *
 * @param command the `getent` to run
 * @returns the lines of existing entries, in the order of `keys`; a key made of digits is taken for a number
 * @throws Problem `accounts_unavailable` when there is no answer within five seconds
 */
export function getentAll(command: string, database: Database, keys: readonly string[]): Promise<readonly string[]> {
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 4 * 1024 * 1024,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  } as const;
  return new Promise((resolve, reject) => {
    execFile(command, [database, '--', ...keys], options, (error, stdout) => {
      if (error === null || (error.code === NOT_FOUND && !error.killed)) resolve(stdout.split('\n'));
      else {
        const message = `The host's accounts can't be read now (getent ${database} failed): try again in a minute.`;
        reject(new Problem('accounts_unavailable', message, { cause: error }));
      }
    });
  });
}

/** Reads one entry, likewise. @returns its line, or `undefined` if there is none */
export async function getent(command: string, database: Database, key: string): Promise<string | undefined> {
  const [line] = await getentAll(command, database, [key]);
  return line === '' ? undefined : line;
}

/** Parses a uid or gid in an entry. */
export function entryNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** The gids in a line of `initgroups`: the account's name, which may itself end in digits, then numbers. */
export function gidsIn(line: string | undefined, name: string): readonly number[] {
  const gids = line?.startsWith(name) ? line.slice(name.length) : '';
  return gids.split(/\s+/).flatMap((text) => entryNumber(text) ?? []);
}
