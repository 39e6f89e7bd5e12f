/** Deliveries of one batch, which share a file until each is stored by itself and takes its turn. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../../core/delivery/delivery.ts';
import { Problem } from '../../core/problem.ts';
import type { StoredBatch } from '../ports.ts';

/** Milliseconds that a withdrawal waits for a file of its delivery's own; that takes a moment unless the disk is full. */
const SEPARATED_WITHIN_MS = 5_000;

/** @see createSeparation */
export interface Separation<P> {
  /** Schedules the deliveries of a batch once they are stored by themselves. */
  follow(batch: StoredBatch<P>): void;
  /** Waits until a delivery has a file of its own. @throws Problem `storage` where the disk takes none */
  separated(delivery: string): Promise<void>;
}

/** No batch is known. @param schedule puts a delivery into its lane */
export function createSeparation<P>(schedule: (delivery: Delivery<P>) => void): Separation<P> {
  /** Deliveries that are not stored by themselves yet: each resolves when it is scheduled. */
  const separating = new Map<string, Promise<void>>();

  return {
    follow({ deliveries, separate }) {
      const scheduled = separate.then(() => {
        for (const delivery of deliveries) {
          separating.delete(delivery.delivery);
          schedule(delivery);
        }
      });
      for (const { delivery } of deliveries) separating.set(delivery, scheduled);
    },
    async separated(delivery) {
      const isOwn = separating.get(delivery);
      if (isOwn === undefined) return;
      const late = new AbortController();
      const isLate = sleep(SEPARATED_WITHIN_MS, true, { signal: late.signal }).catch(() => false);
      const hasWaited = await Promise.race([isOwn.then(() => false), isLate]);
      late.abort();
      if (hasWaited) throw new Problem('storage', 'The disk takes nothing at the moment: try again later.');
    },
  };
}
