/** Accounts that this host has for a test only, beside its own. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Accounts, createAccounts } from '../../../src/bot/api/callers/accounts.ts';
import type { PasswdEntry } from '../../../src/bot/api/callers/lookup/account-entry.ts';

/** @see createPeople */
export interface People {
  /** Gives the host an account of this name, unless it has one. */
  add(...names: string[]): void;
  /** This host's accounts with them. */
  readonly accounts: Accounts;
  /** A `getent` that knows them. */
  readonly getent: string;
}

/** No account of this host has such a number. */
const FIRST_UID = 3_600_000;

/** Makes none yet. @param folder where its files go */
export function createPeople(folder: string): People {
  const people = new Map<string, PasswdEntry>();
  const host = createAccounts();
  const [passwd, getent] = [join(folder, 'people'), join(folder, 'getent')];
  writeFileSync(passwd, '');
  // An account of the host's counts first. awk(1) splits lines as passwd(5) is written.
  const find = `awk -F: -v "key=$key" '$1 == key || $3 == key { print; found = 1 } END { exit found ? 0 : 2 }' ${passwd}`;
  const script = `#!/bin/sh
case $1,$2 in passwd,--) ;; *) exec /usr/bin/getent "$@" ;; esac
shift 2
status=0
for key; do /usr/bin/getent passwd -- "$key" || ${find} || status=2; done
exit $status
`;
  writeFileSync(getent, script, { mode: 0o755 });
  const isOurs = (uid: number) => uid >= FIRST_UID && uid < FIRST_UID + people.size;
  return {
    add(...names) {
      for (const name of names) {
        if (people.has(name)) continue;
        const uid = FIRST_UID + people.size;
        people.set(name, { name, uid, gid: uid, home: '/nonexistent' });
        appendFileSync(passwd, `${name}:x:${uid}:${uid}::/nonexistent:/bin/sh\n`);
      }
    },
    accounts: {
      ...host,
      byName: async (name) => (await host.byName(name)) ?? people.get(name),
      byUid: async (uid) => (isOurs(uid) ? [...people.values()][uid - FIRST_UID] : host.byUid(uid)),
    },
    getent,
  };
}
