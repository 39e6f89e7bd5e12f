import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type EnvFile, parseEnvFile } from '../../../scripts/deploy/env-file/env-file.js';
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
 * What systemd reads in the file of settings; `undefined` when there is none or this user may not read it.
 *
 * @throws Problem `bad_setting` when it can't be read for another reason
 */
export function readEnvFile(path: string = ENV_FILE): EnvFile | undefined {
  try {
    return parseEnvFile(readFileSync(path));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'EACCES') return undefined;
    throw new Problem('bad_setting', `${path} can't be read (${errno}).`, { cause: error });
  }
}

/** The folder that holds the token as a credential; `undefined` when there is none that this user may read. */
export const credentialFolder = (given: Environment): string | undefined =>
  given.CREDENTIALS_DIRECTORY ?? credentialsIn(CREDENTIALS);

/** Whether there is a file of settings that this user may not read. */
export function isEnvFileHidden(path: string = ENV_FILE): boolean {
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch (error) {
    return errnoOf(error) === 'EACCES';
  }
}

/**
 * The service's own environment, for a sysadmin's command: what systemd takes from the file, and over it what the command
 * was given; the token may lie beside that file, or be one that systemd decrypted for the running service. Without a file
 * that the caller may read, the given environment is used as it is.
 *
 * @throws Problem `bad_setting` when the file can't be read
 */
export function serviceEnvironment(given: Environment, path: string = ENV_FILE): Environment {
  const folder = credentialsIn(CREDENTIALS);
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  const written = (readEnvFile(path)?.settings ?? []).map(({ name, value }) => [name, value]);
  const credentials = folder === undefined ? [] : [['CREDENTIALS_DIRECTORY', folder]];
  return Object.fromEntries([...credentials, ...written, ...own]);
}
