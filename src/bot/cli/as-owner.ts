/**
 * A sysadmin's command does not touch the service's folder as root: the service's account could lead it by a link to any
 * file of the host's. The part that reads and writes there runs as the owner of the folder, in a process that was never
 * root's. (Node can't give up root's rights by itself everywhere, CVE-2024-22017.)
 */
import { statSync } from 'node:fs';
import type { Environment } from '../../shared/process/settings.ts';
import { dataDirFrom } from '../settings.ts';
import type { Answer, BotIo } from './io.ts';
import { serviceEnvironment } from './service-environment.ts';

/** An account, by its numbers. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What the owner's process needs of the environment. The rest is root's, such as the keys of an agent, and stays there. */
const NEEDED = /^(?:NOTIFY_\w+|PATH|LANG|LC_\w+|TZ|TERM|COLUMNS|NO_COLOR|FORCE_COLOR)$/;

/**
 * The owner of a folder, when that is another account than root, whose process this is; `undefined` also where no folder is
 * to be seen, so that nothing in it can be touched either.
 */
export function foreignOwnerOf(folder: string, ownUid: number): Owner | undefined {
  if (ownUid !== 0) return undefined;
  try {
    const { uid, gid } = statSync(folder);
    return uid === 0 ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

function ownersEnvironment(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => NEEDED.test(name)));
}

/**
 * Runs a command of this program as the owner of the service's folder, where root's process must not go there.
 *
 * @returns what it printed, and its status; `undefined` where this process may do it itself
 * @throws Problem `bad_setting`
 */
export async function asOwner(io: BotIo, args: readonly string[]): Promise<Answer | undefined> {
  if (io.uid !== 0) return undefined;
  const environment = serviceEnvironment(io.environment);
  const owner = foreignOwnerOf(dataDirFrom(environment), io.uid);
  return owner === undefined ? undefined : io.runAs(owner, args, ownersEnvironment(environment));
}
