/** Who wants no messages for a while: `mutes.json`. A user whose entry can't be read is not muted: a message too many, never one too few. */
import { join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import { sameScript } from '../../core/script-name.ts';
import type { JsonObject } from '../../shared/json/json-object.ts';
import type { MuteList, Mutes } from '../ports.ts';
import { createEntryStore, type Entries, fieldsOf } from './entries.ts';

export interface MutesOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

function timeOf(until: unknown): number | undefined {
  const time = typeof until === 'string' ? Date.parse(until) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
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
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** The entry with one mute more. */
function withMute(entry: unknown, until: number, script: string | undefined): JsonObject {
  const fields = fieldsOf(entry) ?? {};
  const iso = new Date(until).toISOString();
  if (script === undefined) return { ...fields, all: iso };
  const others = Object.entries(fieldsOf(fields.scripts) ?? {});
  return { ...fields, scripts: Object.fromEntries([...others, [script, iso]]) };
}

/** The next version: one user's entry changed, and all ended mutes gone. */
function replaced(entries: Entries, user: string, change: (entry: unknown) => unknown, now: number): Entries {
  const ended: Drop = (_name, until) => until !== undefined && until <= now;
  const next = new Map<string, unknown>();
  for (const [name, entry] of new Map(entries).set(user, entries.get(user))) {
    const left = without(entry, ended);
    const changed = name === user ? change(left) : left;
    if (changed !== undefined) next.set(name, changed);
  }
  return next;
}

/** Opens the mutes; touches nothing until first asked. */
export function createMutes({ dataDir, now, onProblem }: MutesOptions): Mutes {
  const store = createEntryStore(join(dataDir, 'mutes.json'), 'mutes_unreadable', onProblem);
  const list = async (user: string) => lasting((await store.read()).get(user), now());
  return {
    mute: (user, until, script) =>
      store.update((entries) => {
        const again: Drop = (name) => script !== undefined && name !== undefined && sameScript(name, script);
        const change = (entry: unknown) => withMute(without(entry, again), until, script);
        return { next: replaced(entries, user, change, now()), result: undefined };
      }),
    unmute: (user, script) =>
      store.update((entries) => {
        const lifted: Drop = (name) => script === undefined || (name !== undefined && sameScript(name, script));
        const { all, scripts } = lasting(entries.get(user), now());
        const any =
          scripts.some(({ name }) => lifted(name, undefined)) || (all !== undefined && lifted(undefined, all));
        const next = replaced(entries, user, (entry) => without(entry, lifted), now());
        return { next: any ? next : undefined, result: any };
      }),
    async isMuted(user, source) {
      const { all, scripts } = await list(user).catch(() => ({ all: undefined, scripts: [] }));
      const own = scripts.filter(({ name }) => source !== undefined && sameScript(name, source));
      const until = Math.max(...own.map((mute) => mute.until), all ?? 0);
      return until > 0 ? { until } : false;
    },
    list,
    check: () => store.check(),
  };
}
