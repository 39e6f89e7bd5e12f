import type { Receipt } from '../api/services.ts';

/** How long a repeated id is recognised (the contract's 24 h), in milliseconds. */
export const REMEMBERED_MS = 24 * 3_600_000;

/** A notification sent under an id of the sender's. */
export interface LedgerEntry {
  /** Over the whole body. */
  readonly digest: string;
  /** When it was accepted, ms. */
  readonly at: number;
  /** How it stands now; waits for the disk while it is being stored. */
  receipt(): Promise<Receipt>;
}

/** What was asked under which id in the last 24 hours, by user. In memory; filled from the files at start. */
export interface Ledger {
  find(user: string, id: string): LedgerEntry | undefined;
  set(user: string, id: string, entry: LedgerEntry): void;
  /** Forgets an id whose notification was not accepted after all. */
  release(user: string, id: string): void;
}

/** An empty ledger. @param now milliseconds since the epoch */
export function createLedger(now: () => number): Ledger {
  const entries = new Map<string, LedgerEntry>();
  const key = (user: string, id: string) => `${user}\n${id}`;

  /** Entries stand nearly in the order of time, so the old ones are in front. */
  function forgetOld(): void {
    const limit = now() - REMEMBERED_MS;
    for (const [name, entry] of entries) {
      if (entry.at > limit) return;
      entries.delete(name);
    }
  }

  return {
    find(user, id) {
      const entry = entries.get(key(user, id));
      return entry !== undefined && entry.at > now() - REMEMBERED_MS ? entry : undefined;
    },
    set(user, id, entry) {
      forgetOld();
      entries.delete(key(user, id));
      entries.set(key(user, id), entry);
    },
    release(user, id) {
      entries.delete(key(user, id));
    },
  };
}
