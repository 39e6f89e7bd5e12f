/** Reads the host's accounts through NSS, which includes users from LDAP or SSSD. */
import { Problem } from '../../core/problem.ts';
import { type Database, silentSources } from './name-sources.ts';
import { type NameService, runGetent } from './run-getent.ts';

/** Never the name of an account or group; `:` or a newline would match another entry. */
const IMPOSSIBLE_NAME = /^$|^.{257}|[:/\p{Cc}]/u;

/** Whether a text can be the name of an account or a group. */
export const isPossibleName = (name: string): boolean => !IMPOSSIBLE_NAME.test(name);

const unavailable = (why: string, cause?: unknown) =>
  new Problem('accounts_unavailable', `The host's accounts can't be read now (${why}): try again in a minute.`, {
    cause,
  });

/**
 * Makes sure that an entry is missing because no source has it.
 *
 * @throws Problem `accounts_unavailable`, naming the sources that do not answer
 */
export async function requireAnswering(service: NameService, database: Database): Promise<void> {
  const silent = await silentSources(service, database);
  if (silent.length > 0) throw unavailable(`${silent.join(', ')} of nsswitch.conf does not answer`);
}

/**
 * Reads entries by name or number, with one process for all.
 *
 * @returns the lines of existing entries, in the order of `keys`; a key made of digits is taken for a number
 * @throws Problem `accounts_unavailable` when there is no answer within five seconds, or when an entry is missing while a
 *   source that may have it is away
 */
export async function getentAll(
  service: NameService,
  database: Database,
  keys: readonly string[],
): Promise<readonly string[]> {
  const { outcome, stdout, error } = await runGetent(service.command, [database, '--', ...keys]);
  if (outcome === 'failed') throw unavailable(`getent ${database} failed`, error);
  if (outcome === 'missing') await requireAnswering(service, database);
  return stdout.split('\n');
}

/** Reads one entry, likewise. @returns its line, or `undefined` if there is none */
export async function getent(service: NameService, database: Database, key: string): Promise<string | undefined> {
  const [line] = await getentAll(service, database, [key]);
  return line === '' ? undefined : line;
}

/** Parses a uid or gid in an entry. */
export function entryNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** The gids in a line of `initgroups`: the account's name, which may itself end in digits, then numbers. */
function gidsIn(line: string | undefined, name: string): readonly number[] {
  const gids = line?.startsWith(name) ? line.slice(name.length) : '';
  return gids.split(/\s+/).flatMap((text) => entryNumber(text) ?? []);
}

/** An account whose groups are asked for. */
interface Member {
  readonly name: string;
  /** The primary group. */
  readonly gid: number;
}

/**
 * The gids of an account's groups that NSS names now, the primary one included. `getent` leaves out the groups of a
 * source that is away, without a word.
 *
 * @throws Problem `accounts_unavailable` when `getent` fails
 */
export async function gidsOf(service: NameService, { name, gid }: Member): Promise<readonly number[]> {
  return [...new Set([gid, ...gidsIn(await getent(service, 'initgroups', name), name)])];
}

/** Whether an account is in a group. @throws Problem `accounts_unavailable` when it may be, and a source is away */
export async function isMemberOf(service: NameService, member: Member, group: number): Promise<boolean> {
  if ((await gidsOf(service, member)).includes(group)) return true;
  await requireAnswering(service, 'initgroups');
  return false;
}
