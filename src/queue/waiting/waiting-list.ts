import type { Delivery, FanOut } from '../../core/delivery/delivery.ts';
import type { DeliveryReceipt } from '../../core/receipt.ts';

/** A waiting delivery, as memory knows it. */
export interface Queued {
  readonly delivery: string;
  readonly id: string;
  readonly user: string;
  /** The name of its destination. */
  readonly to: string;
  /** Its place among the deliveries of its notification, where that has several. */
  readonly fanOut: FanOut | undefined;
  /** The failed delivery that it repeats. */
  readonly repeats: string | undefined;
  /** When it was accepted, or is to be sent, ms since 1970. */
  readonly at: number;
  /** Resolves when it is sent or given up. */
  readonly settled: Promise<DeliveryReceipt>;
}

/** Every waiting delivery, by id and by user. */
export interface WaitingList {
  add(delivery: Delivery<unknown>): Queued;
  find(delivery: string): Queued | undefined;
  /** Takes a delivery off the list and resolves its `settled`. */
  settle(delivery: string, receipt: DeliveryReceipt): void;
  /** Oldest first. @param user of this user only */
  list(user?: string): Queued[];
  /** @param user of this user only */
  size(user?: string): number;
  /** How many are to be sent after `now`. @param user of this user only */
  later(now: number, user?: string): number;
  /** The `at` of the one that waits longest of those that are due. */
  oldest(now: number): number | undefined;
}

/** An empty list. */
export function createWaitingList(): WaitingList {
  const entries = new Map<string, Queued & { settle(receipt: DeliveryReceipt): void }>();
  const byUser = new Map<string, Set<string>>();

  function list(user?: string): Queued[] {
    if (user === undefined) return [...entries.values()];
    return [...(byUser.get(user) ?? [])].flatMap((name) => entries.get(name) ?? []);
  }

  return {
    add({ delivery, id, user, destination: { name: to }, fanOut, acceptedAt, sendAt, retryOf: repeats }) {
      let settle: (receipt: DeliveryReceipt) => void = () => {};
      const settled = new Promise<DeliveryReceipt>((resolve) => {
        settle = resolve;
      });
      const entry = { delivery, id, user, to, fanOut, repeats, at: Date.parse(sendAt ?? acceptedAt), settled, settle };
      entries.set(delivery, entry);
      byUser.set(user, (byUser.get(user) ?? new Set()).add(delivery));
      return entry;
    },
    find: (delivery) => entries.get(delivery),
    settle(delivery, receipt) {
      const entry = entries.get(delivery);
      if (entry === undefined) return;
      entries.delete(delivery);
      const own = byUser.get(entry.user);
      own?.delete(delivery);
      if (own?.size === 0) byUser.delete(entry.user);
      entry.settle(receipt);
    },
    list,
    later: (now, user) => list(user).reduce((sum, { at }) => (at > now ? sum + 1 : sum), 0),
    oldest(now) {
      const oldest = list().reduce((least, { at }) => Math.min(least, at), now);
      return oldest < now ? oldest : undefined;
    },
    size: (user) => (user === undefined ? entries.size : (byUser.get(user)?.size ?? 0)),
  };
}
