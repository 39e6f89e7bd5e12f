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
  /** When it was accepted, or is to be sent, or was let go, ms since 1970. */
  readonly at: number;
  /** It is held back. */
  readonly isHeld: boolean;
  /** Resolves when it is sent or given up. */
  readonly settled: Promise<DeliveryReceipt>;
}

/** Every waiting delivery, by id and by user. */
export interface WaitingList {
  add(delivery: Delivery<unknown>): Queued;
  find(delivery: string): Queued | undefined;
  /** A delivery is held back from now on, or, with a time (ms since 1970), let go at that. */
  hold(delivery: string, letGoAt?: number): void;
  /** Takes a delivery off the list and resolves its `settled`. */
  settle(delivery: string, receipt: DeliveryReceipt): void;
  /** Oldest first. @param user of this user only */
  list(user?: string): Queued[];
  /** @param user of this user only */
  size(user?: string): number;
  /** How many are to be sent after `now`. @param user of this user only */
  later(now: number, user?: string): number;
  /** The `at` of the one that waits longest of those that are due and not held back. */
  oldest(now: number): number | undefined;
}

interface Entry extends Queued {
  at: number;
  isHeld: boolean;
  settle(receipt: DeliveryReceipt): void;
}

/** An empty list. */
export function createWaitingList(): WaitingList {
  const entries = new Map<string, Entry>();
  const byUser = new Map<string, Set<string>>();

  function list(user?: string): Queued[] {
    if (user === undefined) return [...entries.values()];
    return [...(byUser.get(user) ?? [])].flatMap((name) => entries.get(name) ?? []);
  }

  return {
    add({ delivery, id, user, destination: { name: to }, fanOut, acceptedAt, sendAt, heldSince, retryOf: repeats }) {
      let settle: (receipt: DeliveryReceipt) => void = () => {};
      const settled = new Promise<DeliveryReceipt>((resolve) => {
        settle = resolve;
      });
      const [at, isHeld] = [Date.parse(sendAt ?? acceptedAt), heldSince !== undefined];
      const entry: Entry = { delivery, id, user, to, fanOut, repeats, at, isHeld, settled, settle };
      entries.set(delivery, entry);
      byUser.set(user, (byUser.get(user) ?? new Set()).add(delivery));
      return entry;
    },
    find: (delivery) => entries.get(delivery),
    hold(delivery, letGoAt) {
      const entry = entries.get(delivery);
      if (entry === undefined) return;
      entry.isHeld = letGoAt === undefined;
      entry.at = letGoAt ?? entry.at;
    },
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
      const oldest = list().reduce((least, { at, isHeld }) => (isHeld ? least : Math.min(least, at)), now);
      return oldest < now ? oldest : undefined;
    },
    size: (user) => (user === undefined ? entries.size : (byUser.get(user)?.size ?? 0)),
  };
}
