/** Whether too many deliveries are held, so that some must be released. */
import { linkName, personOf } from '../../../core/destination.ts';
import type { Queue } from '../../../queue/queue.ts';
import { MOST_HELD } from './make-summary.ts';

/** @see createCrowding */
export interface Crowding {
  /** Whether a person's deliveries must be released: they reach the limit, or are the most when the total is too high. */
  isFull(user: string): boolean;
  /** The person with the most held deliveries if the total is too high. */
  fullest(): string | undefined;
}

/**
 * @param capacity deliveries that may wait: half of them may be held
 * @param isTold whether a person's summary is already in progress
 */
export function createCrowding(
  queue: Pick<Queue<unknown>, 'held' | 'heldSize'>,
  capacity: number,
  isTold: (user: string) => boolean,
): Crowding {
  function fullest(): string | undefined {
    if (queue.heldSize() <= capacity / 2) return undefined;
    const counts = new Map<string, number>();
    let total = 0;
    for (const { to } of queue.held()) {
      const user = personOf(to);
      // A summary in progress will free its deliveries.
      if (user === undefined || isTold(user)) continue;
      counts.set(user, (counts.get(user) ?? 0) + 1);
      total += 1;
    }
    if (total <= capacity / 2) return undefined;
    let most: readonly [string, number] | undefined;
    for (const one of counts) if (most === undefined || one[1] > most[1]) most = one;
    return most?.[0];
  }

  return {
    fullest,
    isFull: (user) => queue.held(linkName(user)).length >= MOST_HELD || fullest() === user,
  };
}
