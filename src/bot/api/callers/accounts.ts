/**
 * The host's accounts: from passwd(5), or through NSS (`getent`), which includes users of LDAP and SSSD.
 * An answer is kept for a minute, "no such account" for five seconds: a new user waits little, and many concurrent
 * requests cause few lookups. While a source of accounts is away, the last answer counts for a day.
 */

import { Problem } from '../../../core/problem.ts';
import {
  entryNumber,
  getentAll,
  gidsOf,
  isMemberOf,
  isPossibleName,
  requireAnswering,
} from '../../../shared/host/getent.ts';
import { remoteSources } from '../../../shared/host/name-sources.ts';
import { HOST_NAME_SERVICE } from '../../../shared/host/run-getent.ts';
import { type PasswdEntry, parsePasswdEntry } from './lookup/account-entry.ts';
import { createBatcher } from './lookup/batcher.ts';
import { createPasswdFile, type PasswdFile } from './lookup/passwd-file.ts';
import { createTtlCache } from './lookup/ttl-cache.ts';

export interface Group {
  readonly name: string;
  readonly gid: number;
}

/**
 * Every function throws Problem `accounts_unavailable` when the host's account service doesn't answer, and there is no
 * answer of the last day.
 */
export interface Accounts {
  byUid(uid: number): Promise<PasswdEntry | undefined>;
  /** By name only: `'0'` is not root. */
  byName(name: string): Promise<PasswdEntry | undefined>;
  /** Whether an account is in a group, as its primary one or another; `false` for an unknown name. */
  isMember(name: string, group: Group): Promise<boolean>;
  groupByName(name: string): Promise<Group | undefined>;
  /**
   * The names of an account's groups, the primary one included; none for an unknown name. Those of a source that is away
   * are missing, which `check` tells.
   */
  groupsOf(name: string): Promise<readonly string[]>;
  /** Whether a source of accounts may be away while this host runs, such as LDAP. */
  hasRemoteSources(): Promise<boolean>;
  /** Why entries of accounts or groups may be missing now; `undefined` while every source answers. */
  check(): Promise<Problem | undefined>;
}

const MAX_ENTRIES = 10_000;
/** How long an answer counts while a source is away: what it would change can't be changed there either. */
const STALE_MS = 24 * 3_600_000;

function parseGroup(line: string | undefined): Group | undefined {
  const [name, , gidText] = line?.split(':') ?? [];
  const gid = entryNumber(gidText);
  return name === undefined || name === '' || gid === undefined ? undefined : { name, gid };
}

/**
 * @param options.ttlMs how long an account is kept, default a minute
 * @param options.missTtlMs how long "no such account" is kept, default 5 s
 * @param options.now milliseconds on a clock that never goes back
 * @param options.command the `getent` to run, and `nsswitch` the file that names the sources
 * @param options.passwd the accounts that it is not run for
 */
export function createAccounts(
  options: {
    readonly ttlMs?: number;
    readonly missTtlMs?: number;
    readonly now?: () => number;
    readonly command?: string;
    readonly nsswitch?: string;
    readonly passwd?: PasswdFile;
  } = {},
): Accounts {
  const { ttlMs = 60_000, missTtlMs = 5_000, now = () => performance.now(), passwd = createPasswdFile() } = options;
  const { command = HOST_NAME_SERVICE.command, nsswitch = HOST_NAME_SERVICE.nsswitch } = options;
  const service = { command, nsswitch };
  const entries = async (keys: readonly string[]) =>
    (await getentAll(service, 'passwd', keys)).flatMap((line) => parsePasswdEntry(line) ?? []);
  const cached = <Key, Value>(load: (key: Key) => Promise<Value | undefined>, staleMs = STALE_MS) =>
    createTtlCache({ load, ttlMs, missTtlMs, staleMs, maxEntries: MAX_ENTRIES, now });

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
  const groupElsewhere = createBatcher(async (wanted: readonly string[]) => {
    const found = (await getentAll(service, 'group', wanted)).flatMap((line) => parseGroup(line) ?? []);
    return wanted.map((name) => found.find((group) => group.name === name));
  });
  const groups = cached(groupElsewhere);
  const memberships = cached(async (key: string) => {
    const [gid = '', name = ''] = key.split(':');
    const account = await names.get(name);
    return account && { isMember: await isMemberOf(service, account, Number(gid)) };
  });
  const groupNames = cached(async (name: string) => {
    const account = await names.get(name);
    if (account === undefined) return undefined;
    const gids = await gidsOf(service, account);
    const lines = await getentAll(service, 'group', gids.map(String));
    return lines.flatMap((line) => parseGroup(line)?.name ?? []);
  });
  // That all is well is kept; a source that is away is asked again each time.
  const answering = cached(async (_all: 'all') => {
    for (const database of ['passwd', 'group'] as const) await requireAnswering(service, database);
    return true;
  }, 0);

  return {
    byUid: (uid) => uids.get(uid),
    byName: async (name) => (isPossibleName(name) ? names.get(name) : undefined),
    async isMember(name, { gid }) {
      return isPossibleName(name) && (await memberships.get(`${gid}:${name}`))?.isMember === true;
    },
    groupByName: async (name) => (isPossibleName(name) ? groups.get(name) : undefined),
    groupsOf: async (name) => (isPossibleName(name) ? ((await groupNames.get(name)) ?? []) : []),
    async hasRemoteSources() {
      const found = await Promise.all([remoteSources(service, 'passwd'), remoteSources(service, 'group')]);
      return found.flat().length > 0;
    },
    async check() {
      try {
        await answering.get('all');
        return undefined;
      } catch (error) {
        if (error instanceof Problem) return error;
        throw error;
      }
    },
  };
}

/**
 * The group whose members may connect.
 * @throws Problem `unknown_group` when no source has it; `accounts_unavailable`
 */
export async function requireGroup(accounts: Accounts, name: string): Promise<Group> {
  const group = await accounts.groupByName(name);
  if (group !== undefined) return group;
  throw new Problem('unknown_group', `NOTIFY_GROUP: this host has no group named ${JSON.stringify(name)}.`);
}
