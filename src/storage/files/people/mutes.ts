/** Who wants no messages for a while: `mutes.json`. A user whose entry can't be read is not muted: a message too many, never one too few. */
import { join } from 'node:path';
import type { Account } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import { LONGEST_SCRIPT_NAME, sameScript } from '../../../core/script-name.ts';
import type { JsonObject } from '../../../shared/json/json-object.ts';
import { BOUNDS, type MuteBounds } from '../../bounds.ts';
import type { MuteList, Mutes } from '../../ports.ts';
import { createEntryStore, type Entries, fieldsOf, isUid, timeOf } from '../entries.ts';

export interface MutesOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What the service uses, unless given. */
  readonly bounds?: MuteBounds;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

function lasting(entry: unknown, now: number): MuteList {
  const fields = fieldsOf(entry);
  const all = timeOf(fields?.all);
  const scripts = Object.entries(fieldsOf(fields?.scripts) ?? {}).flatMap(([name, value]) => {
    const until = timeOf(value);
    return until !== undefined && until > now ? [{ name, until }] : [];
  });
  return { scripts, ...(all !== undefined && all > now ? { all } : {}) };
}

/** Whether an entry is another account's, which had the name before. */
function isOthers(entry: unknown, { uid: own }: Account): boolean {
  const uid = fieldsOf(entry)?.uid;
  return isUid(uid) && own !== undefined && uid !== own;
}

/** An account's entry. */
function entryOf(entries: Entries, account: Account): unknown {
  const entry = entries.get(account.user);
  return isOthers(entry, account) ? undefined : entry;
}

/** Scripts that an entry mutes. */
const countOf = (entry: unknown): number => Object.keys(fieldsOf(fieldsOf(entry)?.scripts) ?? {}).length;

/** Whether to drop a mute: of the script `name`, or of everything when `undefined`. */
type Drop = (name: string | undefined, until: number | undefined) => boolean;

/** An entry without some of its mutes, all else kept; `undefined` when nothing is left. */
function without(entry: unknown, drop: Drop): unknown {
  const fields = fieldsOf(entry);
  if (fields === undefined) return entry;
  const { all, scripts, ...rest } = fields;
  const kept: Record<string, unknown> = rest;
  if (all !== undefined && !drop(undefined, timeOf(all))) kept.all = all;
  const named = fieldsOf(scripts);
  if (named === undefined && scripts !== undefined) kept.scripts = scripts;
  const left = Object.entries(named ?? {}).filter(([name, until]) => !drop(name, timeOf(until)));
  if (left.length > 0) kept.scripts = Object.fromEntries(left);
  return Object.keys(kept).every((key) => key === 'uid') ? undefined : kept;
}

/** The entry with one mute more. */
function withMute(entry: unknown, uid: number | undefined, until: number, script: string | undefined): JsonObject {
  const fields: JsonObject = { ...fieldsOf(entry), ...(uid === undefined ? {} : { uid }) };
  const iso = new Date(until).toISOString();
  if (script === undefined) return { ...fields, all: iso };
  const others = Object.entries(fieldsOf(fields.scripts) ?? {});
  return { ...fields, scripts: Object.fromEntries([...others, [script, iso]]) };
}

/** The next version: one account's entry changed, and all ended mutes gone. */
function replaced(entries: Entries, account: Account, change: (entry: unknown) => unknown, now: number): Entries {
  const { user } = account;
  const ended: Drop = (_name, until) => until !== undefined && until <= now;
  const next = new Map<string, unknown>();
  for (const [name, entry] of new Map(entries).set(user, entryOf(entries, account))) {
    const left = without(entry, ended);
    const changed = name === user ? change(left) : left;
    if (changed !== undefined) next.set(name, changed);
  }
  return next;
}

/** @throws Problem `too_many_mutes` */
function requireRoom(entries: Entries, user: string, { account, overall }: MuteBounds): void {
  const own = countOf(entries.get(user));
  if (own > account) {
    throw new Problem('too_many_mutes', `${own - 1} scripts of ${user} are muted already: unmute some of them.`);
  }
  const all = [...entries.values()].reduce<number>((sum, entry) => sum + countOf(entry), 0);
  if (all > overall) {
    throw new Problem('too_many_mutes', 'As many scripts are muted on this server as may be: mute everything instead.');
  }
}

/** @throws Problem `bad_field` */
function requireName(script: string | undefined): void {
  if (script === undefined || Buffer.byteLength(script) <= LONGEST_SCRIPT_NAME) return;
  throw new Problem('bad_field', `script: no script has a name of more than ${LONGEST_SCRIPT_NAME} bytes.`);
}

/** Opens the mutes; touches nothing until first asked. */
export function createMutes({ dataDir, now, bounds = BOUNDS.mutes, onProblem }: MutesOptions): Mutes {
  const store = createEntryStore(join(dataDir, 'mutes.json'), 'mutes_unreadable', onProblem);
  const list = async (account: Account) => lasting(entryOf(await store.read(), account), now());
  return {
    async mute(account, until, script) {
      requireName(script);
      await store.update((entries) => {
        const again: Drop = (name) => script !== undefined && name !== undefined && sameScript(name, script);
        const change = (entry: unknown) => withMute(without(entry, again), account.uid, until, script);
        const next = replaced(entries, account, change, now());
        if (script !== undefined) requireRoom(next, account.user, bounds);
        return { next, result: undefined };
      });
    },
    unmute: (account, script) =>
      store.update((entries) => {
        const lifted: Drop = (name) => script === undefined || (name !== undefined && sameScript(name, script));
        const { all, scripts } = lasting(entryOf(entries, account), now());
        const any =
          scripts.some(({ name }) => lifted(name, undefined)) || (all !== undefined && lifted(undefined, all));
        const next = replaced(entries, account, (entry) => without(entry, lifted), now());
        return { next: any ? next : undefined, result: any };
      }),
    async isMuted(account, source) {
      const { all, scripts } = await list(account).catch(() => ({ all: undefined, scripts: [] }));
      const own = scripts.filter(({ name }) => source !== undefined && sameScript(name, source));
      const until = Math.max(...own.map((mute) => mute.until), all ?? 0);
      return until > 0 ? { until } : false;
    },
    list,
    check: () => store.check(),
  };
}
