import type { DeliveryReceipt, Receipt } from '../../core/receipt.ts';
import type { UsedId, UsedIds } from '../ports.ts';
import {
  isKnown,
  type Member,
  markOf,
  type Packed,
  packEmpty,
  packQueued,
  unpack,
  withReceipt,
} from './packed-request.ts';

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
  /** Adds a request that is being stored. */
  begin(user: string, id: string, request: BegunRequest): void;
  /**
   * Adds a request of before this start, older than those that were added before it, or what became of it at a further
   * destination. What the cache knows is newer, and stays.
   */
  recall(used: UsedId): void;
  /** Sets the result of a request at one destination; does nothing where the id is not known. */
  settle(user: string, id: string, receipt: DeliveryReceipt, member: Member): void;
  /** Forgets an id whose notification was not accepted after all. */
  release(user: string, id: string): void;
}

/** A request that is being stored. */
export interface BegunRequest {
  /** Over the whole request. */
  readonly digest: string;
  /** The names of its destinations. */
  readonly names: readonly string[];
  /** Its first receipt. */
  readonly receipt: () => Promise<Receipt>;
}

interface Begun extends BegunRequest {
  readonly at: number;
}

const atOf = (entry: Begun | Packed) => (typeof entry === 'string' ? unpack(entry, '').at : entry.at);
const placesOf = (entry: Begun | Packed) => (typeof entry === 'string' ? unpack(entry, '').places : entry.names.length);

/** Destinations of one request; a record that claims more is not one of the queue's. */
const MOST_PLACES = 1000;

/** How many ids are remembered, of one user and in all, for each destination one: some two hundred bytes each. */
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
  /** Destinations of all of them. */
  places: number;
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
    const made: UserIds = { entries: new Map(), places: 0, recalled: [] };
    users.set(user, made);
    return made;
  }

  function remove(user: string, key: string): void {
    const ids = users.get(user);
    const entry = ids?.entries.get(key);
    if (ids === undefined || entry === undefined) return;
    ids.entries.delete(key);
    const places = placesOf(entry);
    ids.places -= places;
    total -= places;
    if (ids.entries.size === 0) users.delete(user);
  }

  function add(user: string, key: string, entry: Begun | Packed): UserIds {
    const ids = idsOf(user);
    const places = placesOf(entry);
    ids.entries.set(key, entry);
    ids.places += places;
    total += places;
    return ids;
  }

  const hasRoom = (user: string, places: number) =>
    (users.get(user)?.places ?? 0) + places <= bounds.perUser && total + places <= bounds.overall;

  /** Forgets old requests until there is room, as far as there are any. */
  function makeRoom(user: string, places: number): void {
    while ((users.get(user)?.places ?? 0) + places > bounds.perUser && users.has(user)) forgetOldest(user);
    while (total + places > bounds.overall && users.size > 0) forgetOldest(userWithMost());
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
    const sizes = [...users].map(([user, { places }]) => ({ user, size: places }));
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
    begin(user, id, request) {
      const key = markOf(id);
      forgetOld(user);
      forgetInTurn();
      remove(user, key);
      makeRoom(user, request.names.length);
      add(user, key, { ...request, at: now() });
    },
    recall({ user, id, receipt, digest, at, fanOut }) {
      if (fanOut !== undefined && (fanOut.of > MOST_PLACES || fanOut.place >= fanOut.of)) return;
      const key = markOf(id);
      const mark = markOf(digest);
      const known = users.get(user)?.entries.get(key);
      if (known !== undefined) {
        if (typeof known !== 'string' || unpack(known, id).mark !== mark || isKnown(known, fanOut)) return;
        users.get(user)?.entries.set(key, withReceipt(known, receipt, fanOut));
        return;
      }
      // What does not fit is older than all that does.
      if (!hasRoom(user, fanOut?.of ?? 1)) return;
      const { recalled } = add(user, key, withReceipt(packEmpty(mark, at, fanOut), receipt, fanOut));
      recalled.push({ key, at });
    },
    settle(user, id, receipt, member) {
      const entries = users.get(user)?.entries;
      const key = markOf(id);
      const entry = entries?.get(key);
      if (entries === undefined || entry === undefined) return;
      const packed = typeof entry === 'string' ? entry : packQueued(markOf(entry.digest), entry.at, entry.names);
      // In its place: a result does not change the order of time.
      entries.set(key, withReceipt(packed, receipt, member));
    },
    release: (user, id) => remove(user, markOf(id)),
  };
}

/** Adds the ids of settled deliveries. */
export async function recallUsedIds(cache: IdempotencyCache, usedIds: UsedIds, now: number): Promise<void> {
  for await (const used of usedIds.usedSince(now - REMEMBERED_MS)) cache.recall(used);
}
