import { Problem } from '../../../core/problem.ts';
import type { Log } from '../../../shared/process/log.ts';
import { type Accounts, type Group, requireGroup } from './accounts.ts';

/**
 * Looks up the group of `NOTIFY_GROUP` at the start of the service. An account service often becomes ready after it, so
 * a group that such a service may have is looked up again for each request, and health reports it meanwhile.
 *
 * @returns the group; `undefined` where a remote source of groups may still name it
 * @throws Problem `unknown_group` on a host whose accounts are all its own: only a person can correct that
 */
export async function groupAtStart(accounts: Accounts, name: string, log: Log): Promise<Group | undefined> {
  try {
    return await requireGroup(accounts, name);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const isWrong = error.code === 'unknown_group' && !(await accounts.hasRemoteSources());
    if (isWrong) throw error;
    log.warn({ code: error.code, group: name }, error.message);
    return undefined;
  }
}

/** What a sysadmin has to know about accounts and the group of `NOTIFY_GROUP`: a sentence each; none when all is well. */
export async function accountReasons(accounts: Accounts, group: string | undefined): Promise<readonly string[]> {
  const service = await accounts.check();
  if (service !== undefined) return [service.message];
  if (group === undefined) return [];
  try {
    await requireGroup(accounts, group);
    return [];
  } catch (error) {
    if (error instanceof Problem) return [error.message];
    throw error;
  }
}
