/** Whose scripts may be run: an account of a person, looked up anew each time. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Problem } from '../core/problem.ts';
import { entryNumber, getent, gidsIn, isPossibleName } from '../shared/host/getent.ts';

/** An entry of `passwd`. */
export interface ActorAccount {
  readonly name: string;
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Where a host says who is a person. */
export interface Sources {
  /** The `getent` to ask. */
  readonly getent: string;
  /** `login.defs(5)`. */
  readonly loginDefs: string;
}

/** The first uid of a person where `login.defs` names none, login.defs(5). */
const UID_MIN = 1000;
/** `nobody`, here and in files of old; user_namespaces(7). */
const NOBODY = [65_534, 65_535];
/** Shells of accounts that nobody works with. */
const NO_SHELLS = ['nologin', 'false'];

/** An account by its name. @throws Problem `accounts_unavailable` */
export async function accountOf(name: string, sources: Sources): Promise<ActorAccount | undefined> {
  // A name made of digits would be taken for a uid, here and by systemd.
  if (!isPossibleName(name) || /^\d+$/.test(name)) return undefined;
  const [found, , uidText, gidText, , home, shell] = (await getent(sources.getent, 'passwd', name))?.split(':') ?? [];
  const uid = entryNumber(uidText);
  const gid = entryNumber(gidText);
  if (found !== name || uid === undefined || gid === undefined) return undefined;
  return { name, uid, gid, home: home ?? '', shell: shell ?? '' };
}

/** `UID_MIN` of login.defs(5): accounts below belong to the system. */
function firstUid(loginDefs: string): number {
  try {
    const text = readFileSync(loginDefs, 'utf8');
    return entryNumber(/^[ \t]*UID_MIN[ \t]+(\d+)/m.exec(text)?.[1]) ?? UID_MIN;
  } catch {
    return UID_MIN;
  }
}

const refused = (message: string) => new Problem('refused_user', message);

async function checkGroup(account: ActorAccount, group: string, sources: Sources): Promise<void> {
  const known = isPossibleName(group);
  const [entry, groups] = await Promise.all([
    known ? getent(sources.getent, 'group', group) : undefined,
    getent(sources.getent, 'initgroups', account.name),
  ]);
  const [name, , gidText] = entry?.split(':') ?? [];
  const gid = name === group ? entryNumber(gidText) : undefined;
  if (gid === undefined) throw refused(`There is no group ${group} (NOTIFY_GROUP), so nobody's scripts are run.`);
  if (gid === account.gid || gidsIn(groups, account.name).includes(gid)) return;
  throw refused(`${account.name} is not in the group ${group}, whose members alone have scripts run.`);
}

/**
 * Finds the account of a person.
 *
 * @param group whose members alone count; everybody when `undefined`
 * @throws Problem `unknown_user`; `refused_user` for root, an account of the system's, one without a shell, one that
 *   is not in the group; `accounts_unavailable`
 */
export async function personOf(user: string, group: string | undefined, sources: Sources): Promise<ActorAccount> {
  const account = await accountOf(user, sources);
  if (account === undefined) throw new Problem('unknown_user', `There is no account ${JSON.stringify(user)} here.`);
  const { name, uid, shell } = account;
  if (uid === 0) throw refused("Root's scripts are not run.");
  if (uid < firstUid(sources.loginDefs) || NOBODY.includes(uid)) {
    throw refused(`${name} is an account of the system's, not of a person's.`);
  }
  if (NO_SHELLS.includes(basename(shell)))
    throw refused(`${name} may not log in (shell ${shell}), so runs no scripts.`);
  if (group !== undefined) await checkGroup(account, group, sources);
  return account;
}
