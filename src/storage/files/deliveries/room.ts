/** Room for deliveries: counts them, removes the oldest failed ones where a bound is reached, refuses what does not fit. */
import { access } from 'node:fs/promises';
import { Problem } from '../../../core/problem.ts';
import type { DeliveryBounds } from '../../bounds.ts';
import { createHoldings, type Holdings, type Newcomer } from './holdings.ts';
import { deliveriesIn, fileIn } from './places.ts';
import { readDelivery } from './reading.ts';
import { removeIn } from './recovery.ts';

/** @see createRoom */
export interface Room extends Pick<Holdings, 'count' | 'release'> {
  /** Counts other waiting deliveries of one notification, for which failed ones may have to go. @throws Problem `outbox_full` */
  make(all: readonly Newcomer[]): Promise<void>;
  /** Removes failed deliveries beyond the bounds of their number. */
  trim(): Promise<void>;
  /** Begins to count what failed before this start, while the service goes on. */
  countFailed(): void;
  /** Resolves when all of it is counted. */
  counted(): Promise<void>;
}

/** @param failed the folder of failed deliveries */
export function createRoom<P>(failed: string, bounds: DeliveryBounds): Room {
  const holdings = createHoldings(bounds);
  let counting: Promise<void> = Promise.resolve();

  async function drop(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const files = holdings.release(name);
      if (files !== undefined) await removeIn(failed, name, files);
    }
  }

  async function countOne(name: string): Promise<void> {
    try {
      const delivery = await readDelivery<P>(failed, name);
      // It may have been requeued meanwhile.
      await access(fileIn(failed, name));
      holdings.count(delivery, true);
    } catch {
      // What can't be read belongs to nobody.
    }
  }

  async function countAll(): Promise<void> {
    for (const name of await deliveriesIn(failed)) await countOne(name);
    await drop(holdings.surplus());
  }

  return {
    count: holdings.count,
    release: holdings.release,
    async make(all) {
      const names = holdings.roomFor(all);
      if (names === undefined) {
        throw new Problem(
          'outbox_full',
          `The messages of ${all[0]?.delivery.user} take as much room as they may. Try again later.`,
        );
      }
      for (const { delivery, text } of all) holdings.count(delivery, false, text);
      await drop(names);
    },
    trim: () => drop(holdings.surplus()),
    countFailed() {
      counting = countAll().catch(() => {});
    },
    counted: () => counting,
  };
}
