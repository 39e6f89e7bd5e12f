/**
 * The host's accounts: from passwd(5), or through NSS (`getent`), which includes users of LDAP and SSSD.
 * An answer is kept for a minute, "no such account" for five seconds: a new user waits little, and many concurrent
 * requests cause few lookups.
 */

import { Problem } from '../../../core/problem.ts';
import { entryNumber, GETENT, getent, getentAll, gidsIn, isPossibleName } from '../../../shared/host/getent.ts';
import { type PasswdEntry, parsePasswdEntry } from './account-entry.ts';
import { createBatcher } from './batcher.ts';
import { createPasswdFile, type PasswdFile } from './passwd-file.ts';
import { createTtlCache } from './ttl-cache.ts';

export interface Group {
  readonly name: string;
  readonly gid: number;
}

/** Every function throws Problem `accounts_unavailable` when the host's account service doesn't answer. */
export interface Accounts {
  byUid(uid: number): Promise<PasswdEntry | undefined>;
  /** By name only: `'0'` is not root. */
  byName(name: string): Promise<PasswdEntry | undefined>;
  /** The gids of an account's groups, the primary one included; empty for an unknown name. */
  groupsOf(name: string): Promise<readonly number[]>;
  groupByName(name: string): Promise<Group | undefined>;
}

const MAX_ENTRIES = 10_000;

function parseGroup(line: string | undefined): Group | undefined {
  const [name, , gidText] = line?.split(':') ?? [];
  const gid = entryNumber(gidText);
  return name === undefined || name === '' || gid === undefined ? undefined : { name, gid };
}

/**
 * @param options.ttlMs how long an account is kept, default a minute
 * @param options.missTtlMs how long "no such account" is kept, default 5 s
 * @param options.now milliseconds on a clock that never goes back
 * @param options.command the `getent` to run
 * @param options.passwd the accounts that it is not run for
 */
export function createAccounts(
  options: {
    readonly ttlMs?: number;
    readonly missTtlMs?: number;
    readonly now?: () => number;
    readonly command?: string;
    readonly passwd?: PasswdFile;
  } = {},
): Accounts {
  const { ttlMs = 60_000, missTtlMs = 5_000, now = () => performance.now(), command = GETENT } = options;
  const { passwd = createPasswdFile() } = options;
  const entries = async (keys: readonly string[]) =>
    (await getentAll(command, 'passwd', keys)).flatMap((line) => parsePasswdEntry(line) ?? []);
  const cached = <Key, Value>(load: (key: Key) => Promise<Value | undefined>) =>
    createTtlCache({ load, ttlMs, missTtlMs, maxEntries: MAX_ENTRIES, now });

  // A hundred crontabs at nine o'clock are a hundred users: starting a program for each would delay all of them.
  const uidElsewhere = createBatcher(async (wanted: readonly number[]) => {
    const found = await entries(wanted.map(String));
    return wanted.map((uid) => found.find((account) => account.uid === uid));
  });
  // getent takes a key made of digits for a uid, hence the comparison.
  const nameElsewhere = createBatcher(async (wanted: readonly string[]) => {
    const found = await entries(wanted);
    return wanted.map((name) => found.find((account) => account.name === name));
  });
  const uids = cached(async (uid: number) => (await passwd.byUid(uid)) ?? uidElsewhere(uid));
  const names = cached(async (name: string) => (await passwd.byName(name)) ?? nameElsewhere(name));
  const groups = cached(async (name: string) => {
    const group = parseGroup(await getent(command, 'group', name));
    return group?.name === name ? group : undefined;
  });
  const memberships = cached(async (name: string) => {
    const account = await names.get(name);
    if (account === undefined) return undefined;
    return [...new Set([account.gid, ...gidsIn(await getent(command, 'initgroups', name), name)])];
  });

  return {
    byUid: (uid) => uids.get(uid),
    byName: async (name) => (isPossibleName(name) ? names.get(name) : undefined),
    groupsOf: async (name) => (isPossibleName(name) ? ((await memberships.get(name)) ?? []) : []),
    groupByName: async (name) => (isPossibleName(name) ? groups.get(name) : undefined),
  };
}

/** The group whose members may connect. @throws Problem `unknown_group`, since no user could connect then */
export async function requireGroup(accounts: Accounts, name: string): Promise<Group> {
  const group = await accounts.groupByName(name);
  if (group !== undefined) return group;
  throw new Problem('unknown_group', `NOTIFY_GROUP: this host has no group named ${JSON.stringify(name)}.`);
}
