import { createHash } from 'node:crypto';
import type { Receipt } from '../core/receipt.ts';
import type { UsedId, UsedIds } from './ports.ts';

/** How long a repeated id is recognised (the contract's 24 h), in milliseconds. */
export const REMEMBERED_MS = 24 * 3_600_000;

/** A notification that a sender requested under an id. */
export interface KnownSubmission {
  /** Whether its request had this digest. */
  isSame(digest: string): boolean;
  /** Its state; waits for the disk while it is being stored. */
  receipt(): Promise<Receipt>;
}

/** The requests of the last 24 hours by user and id. In memory; filled from the store at start. */
export interface IdempotencyCache {
  find(user: string, id: string): KnownSubmission | undefined;
  /** Adds a request that is being stored. @param digest over the whole request */
  begin(user: string, id: string, digest: string, receipt: () => Promise<Receipt>): void;
  /** Adds a request of before this start. */
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

/** Bytes of a digest that are kept, a byte a character: at 128 bits, two texts with the same are not met. */
const MARK_LENGTH = 16;
const markOf = (text: string) => createHash('sha256').update(text).digest().subarray(0, MARK_LENGTH).toString('latin1');

/**
 * A settled request: the mark of its digest, then time, status, error and messages as JSON. Strings instead of objects
 * keep it below 200 bytes, because a day at Telegram's full rate has two and a half million.
 */
type Packed = string;

function pack(mark: string, at: number, { status, error, messageIds }: Receipt): Packed {
  return `${mark}${JSON.stringify([at, status, error ?? 0, ...messageIds])}`;
}

function unpack(packed: Packed, id: string): { readonly mark: string; readonly at: number; readonly receipt: Receipt } {
  const [at, status, error, ...messageIds] = JSON.parse(packed.slice(MARK_LENGTH));
  const receipt = { id, status, messageIds, ...(error !== 0 && { error }) };
  return { mark: packed.slice(0, MARK_LENGTH), at, receipt };
}

const atOf = (entry: Begun | Packed) => (typeof entry === 'string' ? unpack(entry, '').at : entry.at);

/** An empty cache. @param now ms since 1970 */
export function createIdempotencyCache(now: () => number): IdempotencyCache {
  const entries = new Map<string, Begun | Packed>();
  // Neither a user nor an id holds a line feed, so two pairs never make one key.
  const keyOf = (user: string, id: string) => markOf(`${user}\n${id}`);

  /** Entries are nearly in the order of time, so the old ones are in front. */
  function forgetOld(): void {
    const limit = now() - REMEMBERED_MS;
    for (const [key, entry] of entries) {
      if (atOf(entry) > limit) return;
      entries.delete(key);
    }
  }

  /** Puts an entry behind all others. */
  function append(key: string, entry: Begun | Packed): void {
    forgetOld();
    entries.delete(key);
    entries.set(key, entry);
  }

  return {
    find(user, id) {
      const entry = entries.get(keyOf(user, id));
      if (entry === undefined || atOf(entry) <= now() - REMEMBERED_MS) return undefined;
      if (typeof entry !== 'string') return { isSame: (digest) => digest === entry.digest, receipt: entry.receipt };
      const { mark, receipt } = unpack(entry, id);
      return { isSame: (digest) => markOf(digest) === mark, receipt: async () => receipt };
    },
    begin: (user, id, digest, receipt) => append(keyOf(user, id), { digest, at: now(), receipt }),
    recall: ({ user, receipt, digest, at }) => append(keyOf(user, receipt.id), pack(markOf(digest), at, receipt)),
    settle(user, receipt) {
      const key = keyOf(user, receipt.id);
      const entry = entries.get(key);
      if (entry === undefined) return;
      const { mark, at } = typeof entry === 'string' ? unpack(entry, '') : { mark: markOf(entry.digest), at: entry.at };
      // In its place: a result does not change the order of time.
      entries.set(key, pack(mark, at, receipt));
    },
    release(user, id) {
      entries.delete(keyOf(user, id));
    },
  };
}

/** Adds the ids of settled deliveries, where the cache doesn't know something newer. */
export async function recallUsedIds(cache: IdempotencyCache, usedIds: UsedIds, now: number): Promise<void> {
  for await (const used of usedIds.usedSince(now - REMEMBERED_MS)) {
    if (cache.find(used.user, used.receipt.id) === undefined) cache.recall(used);
  }
}
