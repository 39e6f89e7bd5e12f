import type { Delivery } from '../../core/delivery/delivery.ts';
import type { DeliveryStore } from '../../queue/ports.ts';

/** A delivery without its parts, which are most of it: a list of a thousand has to fit memory. */
export type ListedDelivery = Omit<Delivery<unknown>, 'steps'>;

/** Deliveries that were looked up. */
export interface Listing {
  /** Oldest first. */
  readonly deliveries: readonly ListedDelivery[];
  /** Ids of deliveries that can't be read. */
  readonly unreadable: readonly string[];
  /** How many there are in all. */
  readonly total: number;
}

/** Waiting and failed deliveries: what the queue needs, and what people look up. */
export interface Deliveries<P> extends DeliveryStore<P> {
  /** What waits, oldest first; changes nothing, so another process may ask. @throws Problem `storage` */
  waiting(): Promise<Listing>;
  /** What was given up, oldest first. @param newest only so many of the newest @throws Problem `storage` */
  failed(newest?: number): Promise<Listing>;
  /** Ids of deliveries that were put aside because they can't be read. */
  corrupt(): Promise<readonly string[]>;
  /** Removes deliveries that were given up before a time (ms since 1970). */
  prune(before: number): Promise<void>;
  /** Ends what goes on in the background; a later start goes on with it. */
  close(): Promise<void>;
}
