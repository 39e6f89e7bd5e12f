import type { Receipt } from '../api/services.ts';
import type { Delivery } from './delivery.ts';

/** What waits in the outbox, as memory knows it. */
export interface Queued {
  readonly delivery: string;
  readonly id: string;
  readonly user: string;
  /** When it was accepted, ms. */
  readonly at: number;
  /** Resolves when it is delivered, or given up. */
  readonly settled: Promise<Receipt>;
}

/** Everything that waits, by delivery and by user. */
export interface WaitingList {
  add(delivery: Delivery<unknown>): Queued;
  find(delivery: string): Queued | undefined;
  /** Takes one off and tells who waits for it. */
  settle(delivery: string, receipt: Receipt): void;
  /** Oldest first. @param user of this user only */
  list(user?: string): Queued[];
  /** @param user of this user only */
  size(user?: string): number;
}

/** An empty list. */
export function createWaitingList(): WaitingList {
  const entries = new Map<string, Queued & { settle(receipt: Receipt): void }>();
  const byUser = new Map<string, Set<string>>();
  return {
    add({ delivery, id, user, accepted_at }) {
      let settle: (receipt: Receipt) => void = () => {};
      const settled = new Promise<Receipt>((resolve) => {
        settle = resolve;
      });
      const entry = { delivery, id, user, at: Date.parse(accepted_at), settled, settle };
      entries.set(delivery, entry);
      byUser.set(user, (byUser.get(user) ?? new Set()).add(delivery));
      return entry;
    },
    find: (delivery) => entries.get(delivery),
    settle(delivery, receipt) {
      const entry = entries.get(delivery);
      if (entry === undefined) return;
      entries.delete(delivery);
      const names = byUser.get(entry.user);
      names?.delete(delivery);
      if (names?.size === 0) byUser.delete(entry.user);
      entry.settle(receipt);
    },
    list(user) {
      if (user === undefined) return [...entries.values()];
      return [...(byUser.get(user) ?? [])].flatMap((name) => entries.get(name) ?? []);
    },
    size: (user) => (user === undefined ? entries.size : (byUser.get(user)?.size ?? 0)),
  };
}
