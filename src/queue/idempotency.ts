import { createHash } from 'node:crypto';
import type { Receipt } from '../core/receipt.ts';

/** How long a repeated id is recognised (the contract's 24 h), in milliseconds. */
export const REMEMBERED_MS = 24 * 3_600_000;

/** A notification that was asked for under an id of the sender's. */
export interface KnownSubmission {
  /** Whether it was asked for with this digest over its whole body. */
  isSame(digest: string): boolean;
  /** How it stands now; waits for the disk while it is being stored. */
  receipt(): Promise<Receipt>;
}

/** What was asked under which id in the last 24 hours, by user. In memory; filled from the files at start. */
export interface IdempotencyCache {
  find(user: string, id: string): KnownSubmission | undefined;
  /** Notes one that is being stored. @param digest over its whole body */
  begin(user: string, id: string, digest: string, receipt: () => Promise<Receipt>): void;
  /** Notes one of before. @param at when it was accepted, ms */
  recall(user: string, receipt: Receipt, digest: string, at: number): void;
  /** What came of one; nothing where the id is not known. */
  settle(user: string, receipt: Receipt): void;
  /** Forgets an id whose notification was not accepted after all. */
  release(user: string, id: string): void;
}

interface Begun {
  readonly digest: string;
  readonly at: number;
  readonly receipt: () => Promise<Receipt>;
}

/** 128 bits of a text's digest, a byte a character: two texts with the same won't be met. */
const MARK_LENGTH = 16;
const markOf = (text: string) => createHash('sha256').update(text).digest().subarray(0, MARK_LENGTH).toString('latin1');

/**
 * What came of one: the mark of its digest, then when it was accepted, its status, its error, its messages. A day at
 * Telegram's full rate has two and a half million, so one takes under 200 bytes: strings, no objects.
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

/** An empty ledger. @param now milliseconds since the epoch */
export function createIdempotencyCache(now: () => number): IdempotencyCache {
  const entries = new Map<string, Begun | Packed>();
  // Neither holds a line's end, so that no two pairs are one.
  const keyOf = (user: string, id: string) => markOf(`${user}\n${id}`);

  /** Entries stand nearly in the order of time, so the old ones are in front. */
  function forgetOld(): void {
    const limit = now() - REMEMBERED_MS;
    for (const [key, entry] of entries) {
      if (atOf(entry) > limit) return;
      entries.delete(key);
    }
  }

  /** Puts it behind all others. */
  function note(key: string, entry: Begun | Packed): void {
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
    begin: (user, id, digest, receipt) => note(keyOf(user, id), { digest, at: now(), receipt }),
    recall: (user, receipt, digest, at) => note(keyOf(user, receipt.id), pack(markOf(digest), at, receipt)),
    settle(user, receipt) {
      const key = keyOf(user, receipt.id);
      const entry = entries.get(key);
      if (entry === undefined) return;
      const { mark, at } = typeof entry === 'string' ? unpack(entry, '') : { mark: markOf(entry.digest), at: entry.at };
      // In its place: what came of it changes nothing in the order of time.
      entries.set(key, pack(mark, at, receipt));
    },
    release(user, id) {
      entries.delete(keyOf(user, id));
    },
  };
}
