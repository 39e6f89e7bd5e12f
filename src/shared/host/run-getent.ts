/** Runs `getent`, which asks the host's account services (NSS). No shell is involved. */
import { execFile } from 'node:child_process';

/** Path of glibc's program. */
export const GETENT = '/usr/bin/getent';

/** Which `getent` is run, and the file that names the sources it asks. */
export interface NameService {
  readonly command: string;
  /** nsswitch.conf(5). */
  readonly nsswitch: string;
}

/** The name service of this host. */
export const HOST_NAME_SERVICE: NameService = { command: GETENT, nsswitch: '/etc/nsswitch.conf' };

/** How `getent` ended. */
export interface GetentResult {
  /**
   * `found` for every key; `missing` when a key has no entry, or when the source that has it did not answer, which
   * getent(1) reports with the same status; `failed` for everything else, a timeout included.
   */
  readonly outcome: 'found' | 'missing' | 'failed';
  readonly stdout: string;
  readonly error?: Error;
}

/** getent(1): "one or more supplied keys could not be found in the database". */
const NOT_FOUND = 2;
const TIMEOUT_MS = 5_000;

/** Runs it once, for at most five seconds. Never rejects. */
export function runGetent(command: string, args: readonly string[]): Promise<GetentResult> {
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 4 * 1024 * 1024,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  } as const;
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout) => {
      if (error === null) resolve({ outcome: 'found', stdout });
      else resolve({ outcome: error.code === NOT_FOUND && !error.killed ? 'missing' : 'failed', stdout, error });
    });
  });
}
