/** The host's accounts, as far as the login needs them. */

import { Problem } from '../../core/problem.ts';
import { entryNumber, getent } from '../../shared/host/getent.ts';
import { HOST_NAME_SERVICE, type NameService } from '../../shared/host/run-getent.ts';

/** Lower uids are system accounts; login.defs(5), UID_MIN. */
const FIRST_PERSON_UID = 1000;
/** The overflow user `nobody`: https://systemd.io/UIDS-GIDS/ */
const NOBODY_UID = 65_534;

export interface HostAccounts {
  /** @throws Problem `no_account`; `accounts_unavailable` */
  nameOf(uid: number): Promise<string>;
  /** The uid of an account; `undefined` if there is none. @throws Problem `accounts_unavailable` */
  uidOf(name: string): Promise<number | undefined>;
}

/** Whether an account is root or a system account, which can't log in by e-mail address. */
export const isSystemUid = (uid: number): boolean => uid < FIRST_PERSON_UID || uid === NOBODY_UID;

/** @param given another `getent` to run, or another file that names its sources */
export function createHostAccounts(given: Partial<NameService> = {}): HostAccounts {
  const service = { ...HOST_NAME_SERVICE, ...given };
  const entryOf = async (key: string) => {
    const [name, , uid] = (await getent(service, 'passwd', key))?.split(':') ?? [];
    return { name, uid: entryNumber(uid) };
  };
  return {
    async nameOf(uid) {
      const entry = await entryOf(String(uid));
      if (entry.uid === uid && entry.name) return entry.name;
      throw new Problem('no_account', `This host has no account with the uid ${uid}.`);
    },
    // Some account services answer with another spelling of the name.
    uidOf: async (name) => (await entryOf(name)).uid,
  };
}
