import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { errnoOf, Problem } from '../../shared/problem.ts';
import type { Environment } from '../../shared/settings.ts';

/** Where systemd reads the service's settings. */
const ENV_FILE = '/etc/notify-bot/env';
/** Where systemd takes the credential from, under the credential's name. */
const CREDENTIALS = '/etc/notify-bot';

/**
 * The service's own environment, for a sysadmin's command: what `/etc/notify-bot/env` says, and over it what the
 * command was given; the token may lie beside that file. Whoever may not read the file goes on with what was given.
 *
 * @throws Problem `bad_setting` when the file is there and broken
 */
export function serviceEnvironment(given: Environment, path = ENV_FILE): Environment {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { CREDENTIALS_DIRECTORY: CREDENTIALS, ...given };
    if (errnoOf(error) === 'EACCES') return given;
    throw new Problem('bad_setting', `${path} can't be read (${errnoOf(error)}).`, { cause: error });
  }
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  return { CREDENTIALS_DIRECTORY: CREDENTIALS, ...parseEnv(text), ...Object.fromEntries(own) };
}
