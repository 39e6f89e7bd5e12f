import type { Receipt } from '../../core/receipt.ts';
import type { UsedId, UsedIds } from '../ports.ts';
import { markOf, type Packed, pack, unpack } from './packed-request.ts';

/** How long a repeated id is recognised (the contract's 24 h), in milliseconds. */
export const REMEMBERED_MS = 24 * 3_600_000;

/** A notification that a sender requested under an id. */
export interface KnownSubmission {
  /** Whether its request had this digest. */
  isSame(digest: string): boolean;
  /** Its state; waits for the disk while it is being stored. */
  receipt(): Promise<Receipt>;
}

/**
 * The requests of the last 24 hours by user and id, as many as the bounds allow: beyond them the oldest of the user, or of
 * the user with the most, are forgotten. In memory; filled from the store at start.
 */
export interface IdempotencyCache {
  find(user: string, id: string): KnownSubmission | undefined;
  /** Adds a request that is being stored. @param digest over the whole request */
  begin(user: string, id: string, digest: string, receipt: () => Promise<Receipt>): void;
  /** Adds a request of before this start, older than those that were added before it. */
  recall(used: UsedId): void;
  /** Sets a request's result; does nothing where the id is not known. */
  settle(user: string, receipt: Receipt): void;
  /** Forgets an id whose notification was not accepted after all. */
  release(user: string, id: string): void;
}

interface Begun {
  readonly digest: string;
  readonly at: number;
  readonly receipt: () => Promise<Receipt>;
}

const atOf = (entry: Begun | Packed) => (typeof entry === 'string' ? unpack(entry, '').at : entry.at);

/** How many ids are remembered, of one user and in all: some two hundred bytes each. */
export interface IdBounds {
  readonly perUser: number;
  readonly overall: number;
}

/** A user's ids for a message every nine seconds of a day; in all a hundred megabytes. */
export const ID_BOUNDS: IdBounds = { perUser: 10_000, overall: 500_000 };

/** One user's ids. */
interface UserIds {
  /** By mark; those of this process in the order of time. */
  readonly entries: Map<string, Begun | Packed>;
  /** Those of before this start, newest first, as the history is read; all of them are older than the others. */
  readonly recalled: Array<{ readonly key: string; readonly at: number }>;
}

/** An empty cache. @param now ms since 1970 */
export function createIdempotencyCache(now: () => number, bounds: IdBounds = ID_BOUNDS): IdempotencyCache {
  const users = new Map<string, UserIds>();
  let total = 0;

  function idsOf(user: string): UserIds {
    const known = users.get(user);
    if (known !== undefined) return known;
    const made: UserIds = { entries: new Map(), recalled: [] };
    users.set(user, made);
    return made;
  }

  function remove(user: string, key: string): void {
    const ids = users.get(user);
    if (ids?.entries.delete(key) !== true) return;
    total -= 1;
    if (ids.entries.size === 0) users.delete(user);
  }

  /** The oldest that is remembered; it may have been used again since it was recalled. */
  function oldestOf({ entries, recalled }: UserIds): string | undefined {
    for (let last = recalled.pop(); last !== undefined; last = recalled.pop()) {
      const entry = entries.get(last.key);
      if (entry !== undefined && atOf(entry) === last.at) return last.key;
    }
    return entries.keys().next().value;
  }

  function forgetOldest(user: string): void {
    const ids = users.get(user);
    const key = ids === undefined ? undefined : oldestOf(ids);
    if (key !== undefined) remove(user, key);
  }

  function userWithMost(): string {
    const sizes = [...users].map(([user, { entries }]) => ({ user, size: entries.size }));
    return sizes.reduce((most, one) => (one.size > most.size ? one : most), { user: '', size: 0 }).user;
  }

  /** Entries are nearly in the order of time, so the old ones are in front. */
  function forgetOld(user: string): void {
    const limit = now() - REMEMBERED_MS;
    for (const [key, entry] of users.get(user)?.entries ?? []) {
      if (atOf(entry) > limit) return;
      remove(user, key);
    }
  }

  /** Looks at the user who was not looked at for the longest, so that what nobody asks for is freed as well. */
  function forgetInTurn(): void {
    const [user, ids] = users.entries().next().value ?? [];
    if (user === undefined || ids === undefined) return;
    users.delete(user);
    users.set(user, ids);
    forgetOld(user);
  }

  return {
    find(user, id) {
      const entry = users.get(user)?.entries.get(markOf(id));
      if (entry === undefined || atOf(entry) <= now() - REMEMBERED_MS) return undefined;
      if (typeof entry !== 'string') return { isSame: (digest) => digest === entry.digest, receipt: entry.receipt };
      const { mark, receipt } = unpack(entry, id);
      return { isSame: (digest) => markOf(digest) === mark, receipt: async () => receipt };
    },
    begin(user, id, digest, receipt) {
      const key = markOf(id);
      forgetOld(user);
      forgetInTurn();
      remove(user, key);
      if ((users.get(user)?.entries.size ?? 0) >= bounds.perUser) forgetOldest(user);
      if (total >= bounds.overall) forgetOldest(userWithMost());
      idsOf(user).entries.set(key, { digest, at: now(), receipt });
      total += 1;
    },
    recall({ user, receipt, digest, at }) {
      const key = markOf(receipt.id);
      // What does not fit is older than all that does.
      if ((users.get(user)?.entries.size ?? 0) >= bounds.perUser || total >= bounds.overall) return;
      remove(user, key);
      const { entries, recalled } = idsOf(user);
      entries.set(key, pack(markOf(digest), at, receipt));
      recalled.push({ key, at });
      total += 1;
    },
    settle(user, receipt) {
      const entries = users.get(user)?.entries;
      const key = markOf(receipt.id);
      const entry = entries?.get(key);
      if (entries === undefined || entry === undefined) return;
      const { mark, at } = typeof entry === 'string' ? unpack(entry, '') : { mark: markOf(entry.digest), at: entry.at };
      // In its place: a result does not change the order of time.
      entries.set(key, pack(mark, at, receipt));
    },
    release: (user, id) => remove(user, markOf(id)),
  };
}

/** Adds the ids of settled deliveries, where the cache doesn't know something newer. */
export async function recallUsedIds(cache: IdempotencyCache, usedIds: UsedIds, now: number): Promise<void> {
  for await (const used of usedIds.usedSince(now - REMEMBERED_MS)) {
    if (cache.find(used.user, used.receipt.id) === undefined) cache.recall(used);
  }
}
