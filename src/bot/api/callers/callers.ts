import type { Account, Caller } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import type { PeerCredentials } from '../../../shared/host/libc.ts';
import { type Accounts, requireGroup } from './accounts.ts';

/** Which users may use the socket, and which are trusted. */
export interface CallerSettings {
  /** Only members may call, and trusted users. */
  readonly group?: string;
  /** Names that may act for anyone, besides root and the service's own user. */
  readonly trustedUsers: readonly string[];
  readonly serviceUid: number;
}

export type Identify = (peer: PeerCredentials) => Promise<Caller>;

/**
 * Creates the function that turns the kernel's peer credentials into a caller.
 *
 * It throws Problem `no_account` when the host has no account for the uid, `not_in_group` for a user outside of the
 * group, `unknown_group` when the host doesn't know that group, `accounts_unavailable` when the host doesn't answer.
 *
 * @param settings asked at each call, since they may change while the service runs
 */
export function createIdentify(accounts: Accounts, settings: () => CallerSettings): Identify {
  const isMember = async (name: string, wanted: string) =>
    accounts.isMember(name, await requireGroup(accounts, wanted));

  return async ({ uid, gid, pid }) => {
    const { group, trustedUsers, serviceUid } = settings();
    const account = await accounts.byUid(uid);
    if (account === undefined) {
      throw new Problem('no_account', `This host has no account with the number ${uid}, so nobody can be named.`);
    }
    const { name } = account;
    const trusted = uid === 0 || uid === serviceUid || trustedUsers.includes(name);
    if (group !== undefined && !trusted && !(await isMember(name, group))) {
      throw new Problem(
        'not_in_group',
        `${name} is not in the group ${group}, whose members alone may use notify-bot.`,
      );
    }
    return { uid, gid, pid, name, trusted };
  };
}

/**
 * The account that a request acts for: the caller's, or the one that a trusted caller names.
 *
 * @throws Problem `not_yours` for an untrusted caller who names another
 */
export async function accountFor(caller: Caller, wanted: string | undefined, accounts: Accounts): Promise<Account> {
  if (wanted === undefined || wanted === caller.name) return { user: caller.name, uid: caller.uid };
  if (!caller.trusted) {
    throw new Problem('not_yours', `user: you are ${caller.name} and may not act for ${wanted}.`);
  }
  return { user: wanted, uid: (await accounts.byName(wanted))?.uid };
}
