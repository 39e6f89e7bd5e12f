/** What this host knows of accounts, as far as logging in needs it. */
import { entryNumber, GETENT, getent } from '../../shared/getent.ts';
import { Problem } from '../../shared/problem.ts';

/** Below this are the accounts of services; login.defs(5), UID_MIN. */
const FIRST_PERSON_UID = 1000;

export interface HostAccounts {
  /** @throws Problem `no_account`; `accounts_unavailable` */
  nameOf(uid: number): Promise<string>;
  /** Whether it is root's, or a service's: no e-mail address stands for one. @throws Problem `accounts_unavailable` */
  isSystem(name: string): Promise<boolean>;
}

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
    async isSystem(name) {
      const entry = await entryOf(name);
      return entry.name === name && entry.uid !== undefined && entry.uid < FIRST_PERSON_UID;
    },
  };
}
