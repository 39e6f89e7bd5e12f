/** Holds deliveries back that are in their lane, and lets held ones go. */
import type { Delivery } from '../../core/delivery/delivery.ts';
import type { Progress } from '../progress.ts';
import type { Cancellations } from './cancellation.ts';
import type { Holding } from './holding.ts';
import type { WaitingList } from './waiting-list.ts';

/** What letting go works with. */
export interface ReleaseParts<P> {
  readonly holding: Holding;
  readonly waiting: Pick<WaitingList, 'hold'>;
  readonly progress: Pick<Progress<P>, 'load' | 'save'>;
  readonly cancellations: Pick<Cancellations, 'underWay'>;
  /** Waits until a delivery has a file of its own. @throws Problem `storage` */
  readonly separated: (delivery: string) => Promise<void>;
  /** A delivery no longer takes part in the turns of its lane. */
  readonly leave: (delivery: string) => void;
  /** A delivery waits in another way. */
  readonly changed: (event: { readonly change: 'queued'; readonly delivery: Delivery<P> }) => void;
  /** Puts a delivery into its lane. */
  readonly schedule: (delivery: Delivery<P>) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @see createRelease */
export interface Release<P> {
  /** Holds a delivery back whose turn has come, and that has `heldSince`. */
  hold(delivery: Delivery<P>): void;
  /** Lets a held delivery go. @returns `false` where it is not held any more @throws Problem `storage` */
  release(delivery: string, change: (held: Delivery<P>) => Delivery<P>): Promise<boolean>;
  /** Resolves when a delivery is not being let go. */
  ended(delivery: string): Promise<void>;
}

/** Nothing is being let go. A release and a withdrawal of the same delivery exclude each other. */
export function createRelease<P>(parts: ReleaseParts<P>): Release<P> {
  const { holding, waiting, progress, cancellations, separated, leave, changed, schedule, now } = parts;
  const releasing = new Map<string, Promise<boolean>>();

  async function letGo(delivery: string, change: (held: Delivery<P>) => Delivery<P>): Promise<boolean> {
    const found = holding.has(delivery) ? await progress.load(delivery) : undefined;
    if (found === undefined || !holding.remove(delivery)) return false;
    const { heldSince: _, ...free } = change(found);
    // It counts as one that was to be sent now: for how long its delivery takes, and for a mute.
    const released: Delivery<P> = { ...free, sendAt: new Date(now()).toISOString() };
    await progress.save(released);
    waiting.hold(delivery, now());
    schedule(released);
    return true;
  }

  return {
    hold(delivery) {
      leave(delivery.delivery);
      waiting.hold(delivery.delivery);
      holding.add(delivery);
      changed({ change: 'queued', delivery });
    },
    async release(delivery, change) {
      await separated(delivery);
      // Nothing is awaited between the last look and the entry that a withdrawal looks for.
      while (holding.has(delivery) && cancellations.underWay(delivery)) await cancellations.underWay(delivery);
      if (releasing.has(delivery)) return false;
      const release = letGo(delivery, change);
      releasing.set(delivery, release);
      try {
        return await release;
      } finally {
        releasing.delete(delivery);
      }
    },
    async ended(delivery) {
      await releasing.get(delivery)?.catch(() => false);
    },
  };
}
