/**
 * The host's accounts, asked through NSS (`getent`), so that users from LDAP or SSSD count like local ones.
 * Answers are kept a minute, "no such account" five seconds: a new user need not wait, a herd costs one question.
 */
import { execFile } from 'node:child_process';
import { Problem } from '../../shared/problem.ts';
import { createBriefCache } from './brief-cache.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  readonly home: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
}

/** Every function throws Problem `accounts_unavailable` when the host's account service doesn't answer. */
export interface Accounts {
  byUid(uid: number): Promise<Account | undefined>;
  /** By name only: `'0'` names nobody, unless somebody is called so. */
  byName(name: string): Promise<Account | undefined>;
  /** The gids of an account's groups, the primary one included; empty for an unknown name. */
  groupsOf(name: string): Promise<readonly number[]>;
  groupByName(name: string): Promise<Group | undefined>;
}

type Database = 'passwd' | 'group' | 'initgroups';

/** getent(1): "one or more supplied keys could not be found in the database". */
const NOT_FOUND = 2;
const TIMEOUT_MS = 5_000;
const MAX_ENTRIES = 10_000;
/** No account or group is named so, and `:` or a line's end would make the answer another's. */
const IMPOSSIBLE_NAME = /^$|^.{257}|[:/\p{Cc}]/u;

function unavailable(database: Database, cause: unknown): Problem {
  const message = `The host's accounts can't be read now (getent ${database} failed): try again in a minute.`;
  return new Problem('accounts_unavailable', message, { cause });
}

function ask(command: string, database: Database, key: string): Promise<string | undefined> {
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 4 * 1024 * 1024,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  } as const;
  return new Promise((resolve, reject) => {
    execFile(command, [database, '--', key], options, (error, stdout) => {
      if (error === null) resolve(stdout.split('\n')[0]);
      else if (error.code === NOT_FOUND && !error.killed) resolve(undefined);
      else reject(unavailable(database, error));
    });
  });
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function parseAccount(line: string | undefined): Account | undefined {
  const [name, , uidText, gidText, , home] = line?.split(':') ?? [];
  const uid = numberOf(uidText);
  const gid = numberOf(gidText);
  if (name === undefined || name === '' || uid === undefined || gid === undefined) return undefined;
  return { name, uid, gid, home: home ?? '' };
}

function parseGroup(line: string | undefined): Group | undefined {
  const [name, , gidText] = line?.split(':') ?? [];
  const gid = numberOf(gidText);
  return name === undefined || name === '' || gid === undefined ? undefined : { name, gid };
}

/** The line is the account's name, which may itself end in digits, then gids. */
function parseGids(line: string | undefined, name: string): readonly number[] {
  const gids = line?.startsWith(name) ? line.slice(name.length) : '';
  return gids.split(/\s+/).flatMap((text) => numberOf(text) ?? []);
}

/**
 * @param options.ttlMs how long an account is kept, default a minute
 * @param options.missTtlMs how long "no such account" is kept, default 5 s
 * @param options.now milliseconds on a clock that never goes back
 * @param options.command the `getent` to run
 */
export function createAccounts(
  options: {
    readonly ttlMs?: number;
    readonly missTtlMs?: number;
    readonly now?: () => number;
    readonly command?: string;
  } = {},
): Accounts {
  const { ttlMs = 60_000, missTtlMs = 5_000, now = () => performance.now(), command = '/usr/bin/getent' } = options;
  const cached = <Key, Value>(load: (key: Key) => Promise<Value | undefined>) =>
    createBriefCache({ load, ttlMs, missTtlMs, maxEntries: MAX_ENTRIES, now });

  const uids = cached(async (uid: number) => {
    const account = parseAccount(await ask(command, 'passwd', String(uid)));
    return account?.uid === uid ? account : undefined;
  });
  // getent takes a key made of digits for a uid, hence the comparison.
  const names = cached(async (name: string) => {
    const account = parseAccount(await ask(command, 'passwd', name));
    return account?.name === name ? account : undefined;
  });
  const groups = cached(async (name: string) => {
    const group = parseGroup(await ask(command, 'group', name));
    return group?.name === name ? group : undefined;
  });
  const memberships = cached(async (name: string) => {
    const account = await names.get(name);
    if (account === undefined) return undefined;
    return [...new Set([account.gid, ...parseGids(await ask(command, 'initgroups', name), name)])];
  });

  const possible = (name: string) => !IMPOSSIBLE_NAME.test(name);
  return {
    byUid: (uid) => uids.get(uid),
    byName: async (name) => (possible(name) ? names.get(name) : undefined),
    groupsOf: async (name) => (possible(name) ? ((await memberships.get(name)) ?? []) : []),
    groupByName: async (name) => (possible(name) ? groups.get(name) : undefined),
  };
}
