/** Deliveries that are held back: on disk like any other, and in no lane until they are let go. */
import type { Delivery } from '../../core/delivery/delivery.ts';

/** A delivery that is held back, as memory knows it. */
export interface HeldBack {
  readonly delivery: string;
  /** The name of its destination. */
  readonly to: string;
  /** Since when, ms since 1970. */
  readonly since: number;
  readonly severity?: string;
}

/** @see createHolding */
export interface Holding {
  /** Takes a delivery that has `heldSince`. */
  add(delivery: Delivery<unknown>): void;
  has(delivery: string): boolean;
  /** @returns whether it was there */
  remove(delivery: string): boolean;
  size(): number;
  /** The oldest first. @param to those for this destination only */
  list(to?: string): readonly HeldBack[];
}

const byTime = (one: HeldBack, other: HeldBack) => one.since - other.since || (one.delivery < other.delivery ? -1 : 1);

/** Nothing is held. */
export function createHolding(): Holding {
  const places = new Map<string, Map<string, HeldBack>>();
  const placeOf = new Map<string, string>();
  return {
    add({ delivery, destination: { name: to }, heldSince, acceptedAt, summary: { severity } }) {
      const since = Date.parse(heldSince ?? acceptedAt);
      const there = places.get(to) ?? new Map<string, HeldBack>();
      places.set(to, there.set(delivery, { delivery, to, since, ...(severity !== undefined && { severity }) }));
      placeOf.set(delivery, to);
    },
    has: (delivery) => placeOf.has(delivery),
    remove(delivery) {
      const to = placeOf.get(delivery);
      if (to === undefined) return false;
      placeOf.delete(delivery);
      const there = places.get(to);
      there?.delete(delivery);
      if (there?.size === 0) places.delete(to);
      return true;
    },
    size: () => placeOf.size,
    list: (to) =>
      (to === undefined ? [...places.values()] : [places.get(to) ?? new Map()])
        .flatMap((there) => [...there.values()])
        .sort(byTime),
  };
}
