/**
 * One-time secrets in a file: each is good once, for ten minutes, and only the latest of its owner.
 *
 * Promise: a secret is taken under the file's lock and its removal is on disk before the answer, so that of all
 * processes that get the same secret one can take it, also across a crash.
 */
import type { Code } from '../../../core/codes.ts';
import { Problem } from '../../../core/problem.ts';
import type { JsonObject } from '../../../shared/json/json-object.ts';
import type { Taken } from '../../ports.ts';
import { createEntryStore, type Entries, fieldsOf } from '../entries.ts';
import { ageOf, createdAtOf, expiryOf, MOST_PENDING, withoutOld } from './expiry.ts';

/** Every function throws Problem `storage`, or the one of `unreadable`, as its store does. */
export interface OneTimeTokens<T> {
  /**
   * Stores a secret for `value` and ends its owner's earlier one.
   *
   * @param draw makes the key, which must not be among those taken
   * @throws Problem `too_many_codes` while 10,000 are pending, or as many of one account as may be
   */
  add(value: T, draw: (taken: Entries) => string): Promise<{ readonly key: string; readonly expiresAt: string }>;
  take(key: string): Promise<Taken<T>>;
  /** Looks at the file: why it cannot be read. */
  check(): Promise<Problem | undefined>;
}

export interface OneTimeOptions<T> {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProblem?: (problem: Problem) => void;
  /** What stands in an entry, or `undefined` for one that makes no sense, which is left alone. */
  readonly read: (entry: JsonObject) => T | undefined;
  readonly write: (value: T) => JsonObject;
  /** Of two secrets with the same owner only the later one is good. */
  readonly ownerOf: (value: T) => string | number;
  /** Bounds the secrets of one account that are good at a time; not bounded unless given. */
  readonly perAccount?: { readonly most: number; readonly accountOf: (value: T) => string | number };
  /** The code of the Problem while the file cannot be read; `links_unreadable` unless given. */
  readonly unreadable?: Code;
}

/** Opens the file's store; touches nothing until first asked. */
export function createOneTimeTokens<T>(options: OneTimeOptions<T>): OneTimeTokens<T> {
  const { path, now, read, write, ownerOf, perAccount, unreadable = 'links_unreadable' } = options;
  const store = createEntryStore(path, unreadable, options.onProblem);

  const valueIn = (entry: unknown): T | undefined => {
    const fields = fieldsOf(entry);
    return fields === undefined ? undefined : read(fields);
  };

  function keysOf(entries: Entries, owner: string | number): string[] {
    const isTheirs = (entry: unknown) => {
      const value = valueIn(entry);
      return value !== undefined && ownerOf(value) === owner;
    };
    return [...entries].filter(([, entry]) => isTheirs(entry)).map(([key]) => key);
  }

  /** @throws Problem `too_many_codes` */
  function requireRoom(entries: Entries, value: T, time: number): void {
    if (entries.size >= MOST_PENDING) {
      throw new Problem('too_many_codes', `${MOST_PENDING} codes or links are pending; try again in ten minutes.`);
    }
    if (perAccount === undefined) return;
    const { most, accountOf } = perAccount;
    const isTheirs = (entry: unknown) => {
      const found = judge(entry, time);
      return found.outcome === 'ok' && accountOf(found.value) === accountOf(value);
    };
    if ([...entries.values()].filter(isTheirs).length < most) return;
    throw new Problem('too_many_codes', `${most} of your codes are pending; use one, or try again in ten minutes.`);
  }

  function judge(entry: unknown, time: number): { outcome: 'ok'; value: T } | { outcome: 'unknown' | 'expired' } {
    const value = valueIn(entry);
    const createdAt = createdAtOf(entry);
    if (value === undefined || createdAt === undefined) return { outcome: 'unknown' };
    const age = ageOf(createdAt, time);
    if (age === 'fresh') return { outcome: 'ok', value };
    return { outcome: age === 'old' ? 'unknown' : 'expired' };
  }

  const giveBack = (key: string, entry: unknown, value: T) =>
    store.update((entries) => {
      const superseded = entries.has(key) || keysOf(entries, ownerOf(value)).length > 0;
      return { next: superseded ? undefined : new Map(entries).set(key, entry), result: undefined };
    });

  return {
    add: (value, draw) =>
      store.update((entries) => {
        const time = now();
        const next = withoutOld(entries, time);
        for (const key of keysOf(next, ownerOf(value))) next.delete(key);
        requireRoom(next, value, time);
        const key = draw(next);
        next.set(key, { ...write(value), created_at: Math.floor(time / 1000) });
        return { next, result: { key, expiresAt: expiryOf(time) } };
      }),
    async take(key) {
      // A wrong guess takes no lock and writes nothing, so that guessing does not slow others down.
      const seen = judge((await store.read()).get(key), now());
      // The last good version is no basis here: what it doesn't know may be good, what it knows may be used.
      const problem = await store.check();
      if (problem !== undefined) throw problem;
      if (seen.outcome !== 'ok') return seen;
      return store.update<Taken<T>>((entries) => {
        const entry = entries.get(key);
        const found = judge(entry, now());
        if (found.outcome !== 'ok') return { next: undefined, result: found };
        const next = withoutOld(entries, now());
        next.delete(key);
        return { next, result: { ...found, giveBack: () => giveBack(key, entry, found.value) } };
      });
    },
    check: () => store.check(),
  };
}
