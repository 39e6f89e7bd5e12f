/**
 * Which settings count after the settings file was read again. systemd puts the file into the environment of the service
 * at its start only, so a running service reads the file itself.
 */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { errnoOf, Problem } from '../../core/problem.ts';
import type { Environment } from '../../shared/process/settings.ts';

/** The settings that take effect without a restart. The others name files, sockets and connections that are open. */
export const RELOADED = ['NOTIFY_LOG_LEVEL', 'NOTIFY_TRUSTED_USERS', 'NOTIFY_GROUP', 'NOTIFY_RATE_PER_MINUTE'] as const;

const OURS = /^(?:NOTIFY|TELEGRAM)_/;

interface Reread {
  /** The environment with the reloaded settings as they are now. */
  readonly environment: Environment;
  /** The names of other settings that the file changed: they count from the next start on. */
  readonly later: readonly string[];
}

function read(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    // As with systemd, the file may be missing.
    if (errnoOf(error) === 'ENOENT') return {};
    throw new Problem('bad_setting', `${path} can't be read (${errnoOf(error)}).`, { cause: error });
  }
}

/**
 * Creates a function that reads the file again. What the environment had from elsewhere at the start, such as from a
 * drop-in of the unit, stays unless the file has it; what it had from the file is unset once the file no longer has it.
 *
 * The function throws Problem `bad_setting` when the file is there and can't be read.
 */
export function createReread(environment: Environment, path: string): () => Reread {
  let atStart: Environment = {};
  try {
    atStart = read(path);
  } catch {
    // Not readable for this account: nothing is from the file.
  }
  const isFromFile = (name: string) => atStart[name] !== undefined && atStart[name] === environment[name];
  return () => {
    const now = read(path);
    const settingNow = (name: string) => now[name] ?? (isFromFile(name) ? undefined : environment[name]);
    const names = [...new Set([...Object.keys(atStart), ...Object.keys(now)])].filter((name) => OURS.test(name));
    const reloaded: readonly string[] = RELOADED;
    return {
      environment: { ...environment, ...Object.fromEntries(RELOADED.map((name) => [name, settingNow(name)])) },
      later: names.filter((name) => !reloaded.includes(name) && settingNow(name) !== environment[name]).sort(),
    };
  };
}
