/**
 * A sysadmin's command does not touch the service's folder as root: the service's account could lead it by a link to any
 * file of the host's. It becomes the owner of the folder first, and cannot become root again.
 */
import { statSync } from 'node:fs';
import { errnoOf, Problem } from '../../core/problem.ts';

/** An account, by its numbers. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The owner of a folder; `undefined` where there is none to see, so that nothing can be touched either. */
function ownerOf(folder: string): Owner | undefined {
  try {
    const { uid, gid } = statSync(folder);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

/** Node's function that its types lack, https://nodejs.org/api/process.html#processinitgroupsuser-extragroup */
const { initgroups } = process as { initgroups?: (user: number, extraGroup: number) => void };

/** Takes the groups of the account; of one that the host does not know, the group of the folder alone. */
function takeGroups({ uid, gid }: Owner): void {
  try {
    initgroups?.(uid, gid);
  } catch (error) {
    // Node's own code for a name that it doesn't find.
    if (errnoOf(error) !== 'ERR_UNKNOWN_CREDENTIAL') throw error;
    process.setgroups?.([gid]);
  }
}

/** Gives up root's rights for good. @throws Problem `data_dir` when root may not, as in some containers */
export function becomeAccount(owner: Owner): void {
  try {
    takeGroups(owner);
    process.setgid?.(owner.gid);
    process.setuid?.(owner.uid);
  } catch (error) {
    const how = `run this as the account with the uid ${owner.uid}`;
    throw new Problem(
      'data_dir',
      `This process can't become the owner of the data folder (${errnoOf(error)}): ${how}.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Becomes the owner of a folder where root runs the command and the folder is not root's.
 *
 * @param become gives up root's rights, normally `becomeAccount`
 */
export function becomeOwnerOf(folder: string, uid: number, become: (owner: Owner) => void): void {
  const owner = uid === 0 ? ownerOf(folder) : undefined;
  if (owner !== undefined && owner.uid !== 0) become(owner);
}
