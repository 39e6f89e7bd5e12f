/** Decides whether an account's scripts may run: it must belong to a person. Looked up again for each request. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Problem } from '../core/problem.ts';
import { entryNumber, getent, isMemberOf, isPossibleName } from '../shared/host/getent.ts';
import { HOST_NAME_SERVICE } from '../shared/host/run-getent.ts';

/** An entry of `passwd`. */
export interface ActorAccount {
  readonly name: string;
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** The host's sources of account data. */
export interface Sources {
  /** The `getent` to run. */
  readonly getent: string;
  /** `nsswitch.conf(5)`, which names what `getent` asks. */
  readonly nsswitch?: string;
  /** `login.defs(5)`. */
  readonly loginDefs: string;
}

/** The first uid of a person if `login.defs` sets none, login.defs(5). */
const UID_MIN = 1000;
/** The uids of the overflow user `nobody`, current and historical; user_namespaces(7). */
const OVERFLOW_UIDS = [65_534, 65_535];
/** Shells that forbid a login. */
const NO_LOGIN_SHELLS = ['nologin', 'false'];

const serviceOf = ({ getent: command, nsswitch = HOST_NAME_SERVICE.nsswitch }: Sources) => ({ command, nsswitch });

/** Looks up an account by name. @throws Problem `accounts_unavailable` */
export async function accountOf(name: string, sources: Sources): Promise<ActorAccount | undefined> {
  // getent and systemd would take a name made of digits for a uid.
  if (!isPossibleName(name) || /^\d+$/.test(name)) return undefined;
  const entry = await getent(serviceOf(sources), 'passwd', name);
  const [found, , uidText, gidText, , home, shell] = entry?.split(':') ?? [];
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
  const entry = isPossibleName(group) ? await getent(serviceOf(sources), 'group', group) : undefined;
  const [name, , gidText] = entry?.split(':') ?? [];
  const gid = name === group ? entryNumber(gidText) : undefined;
  if (gid === undefined) throw refused(`There is no group ${group} (NOTIFY_GROUP), so no scripts are run.`);
  if (await isMemberOf(serviceOf(sources), account, gid)) return;
  throw refused(`${account.name} is not in the group ${group}, and only its members' scripts are run.`);
}

/**
 * Finds the account of a person.
 *
 * @param group required membership; none when `undefined`
 * @throws Problem `unknown_user`; `refused_user` for root, a system account, an account without a login shell or
 *   outside of the group; `accounts_unavailable`
 */
export async function personOf(user: string, group: string | undefined, sources: Sources): Promise<ActorAccount> {
  const account = await accountOf(user, sources);
  if (account === undefined)
    throw new Problem('unknown_user', `There is no account ${JSON.stringify(user)} on this server.`);
  const { name, uid, shell } = account;
  if (uid === 0) throw refused("Root's scripts are not run.");
  if (uid < firstUid(sources.loginDefs) || OVERFLOW_UIDS.includes(uid)) {
    throw refused(`${name} is a system account, not a person's.`);
  }
  if (NO_LOGIN_SHELLS.includes(basename(shell)))
    throw refused(`${name} may not log in (shell ${shell}), so its scripts are not run.`);
  if (group !== undefined) await checkGroup(account, group, sources);
  return account;
}
