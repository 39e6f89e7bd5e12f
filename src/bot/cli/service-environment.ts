import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { errnoOf, Problem } from '../../core/problem.ts';
import type { Environment } from '../../shared/process/settings.ts';

/** Where systemd reads the service's settings. */
export const ENV_FILE = '/etc/notify-bot/env';
/** Folders in which systemd reads the credential by its name, and the one in which it puts a decrypted credential. */
const CREDENTIALS = ['/etc/notify-bot', '/run/credentials/notify-bot.service'] as const;
const TOKEN_FILE = 'telegram-bot-token';

const hasToken = (folder: string) => (statSync(join(folder, TOKEN_FILE), { throwIfNoEntry: false })?.size ?? 0) > 1;

/** The first of the folders that holds a token which this user may read. */
export function credentialsIn(folders: readonly string[]): string | undefined {
  return folders.find((folder) => {
    try {
      return hasToken(folder);
    } catch {
      return false;
    }
  });
}

/**
 * The service's own environment, for a sysadmin's command: what `/etc/notify-bot/env` says, and over it what the
 * command was given; the token may lie beside that file, or be one that systemd decrypted for the running service.
 * When the caller may not read the file, the given environment is used as it is.
 *
 * @throws Problem `bad_setting` when the file is there and broken
 */
export function serviceEnvironment(given: Environment): Environment {
  const folder = credentialsIn(CREDENTIALS);
  const credentials = folder === undefined ? {} : { CREDENTIALS_DIRECTORY: folder };
  let text: string;
  try {
    text = readFileSync(ENV_FILE, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { ...credentials, ...given };
    if (errnoOf(error) === 'EACCES') return given;
    throw new Problem('bad_setting', `${ENV_FILE} can't be read (${errnoOf(error)}).`, { cause: error });
  }
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...credentials, ...parseEnv(text), ...Object.fromEntries(own) };
}
