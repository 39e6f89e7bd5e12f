import { Problem } from '../core/problem.ts';
import type { WaitingList } from './waiting-list.ts';

/** The reserve, a share of the capacity on top of it, and the waiting messages of a user who may use it while it is free. */
const RESERVE = 0.1;
const FEW = 100;

/**
 * How many messages of a user may wait while so many of all do. In the reserve it is fewer the fuller that is, so that a few
 * users don't take it from the others.
 */
function mostOfUser(total: number, capacity: number): number {
  if (total < capacity) return Number.POSITIVE_INFINITY;
  const reserve = Math.floor(capacity * RESERVE);
  const free = capacity + reserve - total;
  return free <= 0 ? 0 : Math.ceil((Math.min(FEW, reserve) * free) / reserve);
}

/** @see createCapacity */
export interface Capacity {
  /**
   * Refuses what does not fit. A full outbox still accepts from users who have little in it, so that one user who fills it
   * does not silence the others.
   *
   * @param count deliveries @throws Problem `outbox_full`
   */
  require(user: string, count: number): void;
  /** Counts deliveries that are being stored. @returns ends that */
  storing(user: string, count: number): () => void;
  /** How many wait or are being stored. */
  total(): number;
}

/** Counts what waits. @param capacity deliveries that may wait, without the reserve */
export function createCapacity(waiting: Pick<WaitingList, 'size'>, capacity: number): Capacity {
  const storing = new Map<string, number>();
  let storingOfAll = 0;
  const total = () => waiting.size() + storingOfAll;
  const ofUser = (user: string) => waiting.size(user) + (storing.get(user) ?? 0);

  function count(user: string, change: number): void {
    storingOfAll += change;
    const own = (storing.get(user) ?? 0) + change;
    if (own > 0) storing.set(user, own);
    else storing.delete(user);
  }

  return {
    total,
    require(user, more) {
      if (more === 0 || ofUser(user) + more - 1 < mostOfUser(total() + more - 1, capacity)) return;
      throw new Problem('outbox_full', `The outbox is full (${total()} messages wait). Try again later.`);
    },
    storing(user, more) {
      count(user, more);
      return () => count(user, -more);
    },
  };
}
