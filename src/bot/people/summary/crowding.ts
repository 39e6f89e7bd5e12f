/** Whether so much is held that some of it has to go. */
import { linkName, personOf } from '../../../core/destination.ts';
import type { Queue } from '../../../queue/queue.ts';
import { MOST_HELD } from './make-summary.ts';

/** @see createCrowding */
export interface Crowding {
  /** Whether what is held for a person has to go: as much as one person may have, or the most where all have too much. */
  isFull(user: string): boolean;
  /** Where all have too much, the person for whom most is held. */
  fullest(): string | undefined;
}

/**
 * @param capacity deliveries that may wait: half of them may be held
 * @param isTold whether a person's summary is under way already
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
      // What a summary that is under way tells makes room by itself.
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
