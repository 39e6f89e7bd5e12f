import { Problem } from '../../core/problem.ts';
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
  /** The same for deliveries that are to be sent later. @throws Problem `outbox_full`, `too_many_scheduled` */
  requireLater(user: string, count: number): void;
  /** Counts deliveries that are being stored. @param isLater whether they are to be sent later @returns ends that */
  storing(user: string, count: number, isLater: boolean): () => void;
  /** How many wait or are being stored. */
  total(): number;
}

/**
 * Deliveries that may wait for a later time: of one user, and of all, as a share of the capacity. They wait for up to a month,
 * so a reserve on top of that share is kept for users with few of them too.
 */
const MOST_LATER = 1_000;
const LATER = 0.5;

/** Counts by user. */
function createTally() {
  const users = new Map<string, number>();
  let all = 0;
  return {
    add(user: string, change: number): void {
      all += change;
      const own = (users.get(user) ?? 0) + change;
      if (own > 0) users.set(user, own);
      else users.delete(user);
    },
    /** @param user of this user only */
    of: (user?: string): number => (user === undefined ? all : (users.get(user) ?? 0)),
  };
}

/** Counts what waits. @param capacity deliveries that may wait, without the reserve @param now ms since 1970 */
export function createCapacity(
  waiting: Pick<WaitingList, 'size' | 'later'>,
  capacity: number,
  now: () => number,
): Capacity {
  const storing = createTally();
  const storingLater = createTally();
  const total = () => waiting.size() + storing.of();

  function require(user: string, more: number): void {
    const own = waiting.size(user) + storing.of(user);
    if (more === 0 || own + more - 1 < mostOfUser(total() + more - 1, capacity)) return;
    throw new Problem('outbox_full', `The outbox is full (${total()} messages wait). Try again later.`);
  }

  return {
    total,
    require,
    requireLater(user, more) {
      require(user, more);
      const own = waiting.later(now(), user) + storingLater.of(user) + more;
      if (own > MOST_LATER) {
        throw new Problem('too_many_scheduled', `at: you have ${MOST_LATER} messages that wait for a later time.`);
      }
      const all = waiting.later(now()) + storingLater.of() + more;
      if (own - 1 < mostOfUser(all - 1, capacity * LATER)) return;
      throw new Problem('too_many_scheduled', 'at: as many messages wait for a later time as this server keeps.');
    },
    storing(user, more, isLater) {
      const counted = isLater ? [storing, storingLater] : [storing];
      for (const tally of counted) tally.add(user, more);
      return () => {
        for (const tally of counted) tally.add(user, -more);
      };
    },
  };
}
