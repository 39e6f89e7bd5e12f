/** What this host knows of accounts, as far as logging in needs it. */

import { Problem } from '../../core/problem.ts';
import { entryNumber, GETENT, getent } from '../../shared/host/getent.ts';

/** Below this are the accounts of services; login.defs(5), UID_MIN. */
const FIRST_PERSON_UID = 1000;
/** Nobody's: https://systemd.io/UIDS-GIDS/ */
const NOBODY_UID = 65_534;

export interface HostAccounts {
  /** @throws Problem `no_account`; `accounts_unavailable` */
  nameOf(uid: number): Promise<string>;
  /** The number of an account; `undefined` where there is none. @throws Problem `accounts_unavailable` */
  uidOf(name: string): Promise<number | undefined>;
}

/** Whether an account is root's, or a service's: no e-mail address stands for one. */
export const isSystemUid = (uid: number | undefined): boolean =>
  uid !== undefined && (uid < FIRST_PERSON_UID || uid === NOBODY_UID);

/** @param command the `getent` to run */
export function createHostAccounts(command: string = GETENT): HostAccounts {
  const entryOf = async (key: string) => {
    const [name, , uid] = (await getent(command, 'passwd', key))?.split(':') ?? [];
    return { name, uid: entryNumber(uid) };
  };
  return {
    async nameOf(uid) {
      const entry = await entryOf(String(uid));
      if (entry.uid === uid && entry.name) return entry.name;
      throw new Problem('no_account', `This host has no account with the number ${uid}, so nobody can be named.`);
    },
    // Some directories answer with another spelling of the name.
    uidOf: async (name) => (await entryOf(name)).uid,
  };
}
