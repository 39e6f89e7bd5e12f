import type { Delivery } from '../core/delivery/delivery.ts';
import type { Receipt } from '../core/receipt.ts';

/** A waiting delivery, as memory knows it. */
export interface Queued {
  readonly delivery: string;
  readonly id: string;
  readonly user: string;
  /** The failed delivery that it repeats. */
  readonly repeats: string | undefined;
  /** When it was accepted, ms since 1970. */
  readonly at: number;
  /** Resolves when it is sent or given up. */
  readonly settled: Promise<Receipt>;
}

/** Every waiting delivery, by id and by user. */
export interface WaitingList {
  add(delivery: Delivery<unknown>): Queued;
  find(delivery: string): Queued | undefined;
  /** Takes a delivery off the list and resolves its `settled`. */
  settle(delivery: string, receipt: Receipt): void;
  /** Oldest first. @param user of this user only */
  list(user?: string): Queued[];
  /** @param user of this user only */
  size(user?: string): number;
  /** Bytes of a user's files. */
  bytes(user: string): number;
}

/** An empty list. */
export function createWaitingList(): WaitingList {
  const entries = new Map<string, Queued & { bytes: number; settle(receipt: Receipt): void }>();
  const byUser = new Map<string, { readonly names: Set<string>; bytes: number }>();
  return {
    add({ delivery, id, user, acceptedAt, files, retryOf: repeats }) {
      let settle: (receipt: Receipt) => void = () => {};
      const settled = new Promise<Receipt>((resolve) => {
        settle = resolve;
      });
      const bytes = files.reduce((sum, file) => sum + file.size, 0);
      const entry = { delivery, id, user, repeats, at: Date.parse(acceptedAt), bytes, settled, settle };
      entries.set(delivery, entry);
      const own = byUser.get(user) ?? { names: new Set(), bytes: 0 };
      own.names.add(delivery);
      own.bytes += bytes;
      byUser.set(user, own);
      return entry;
    },
    find: (delivery) => entries.get(delivery),
    settle(delivery, receipt) {
      const entry = entries.get(delivery);
      if (entry === undefined) return;
      entries.delete(delivery);
      const own = byUser.get(entry.user);
      own?.names.delete(delivery);
      if (own !== undefined) own.bytes -= entry.bytes;
      if (own?.names.size === 0) byUser.delete(entry.user);
      entry.settle(receipt);
    },
    list(user) {
      if (user === undefined) return [...entries.values()];
      return [...(byUser.get(user)?.names ?? [])].flatMap((name) => entries.get(name) ?? []);
    },
    size: (user) => (user === undefined ? entries.size : (byUser.get(user)?.names.size ?? 0)),
    bytes: (user) => byUser.get(user)?.bytes ?? 0,
  };
}
