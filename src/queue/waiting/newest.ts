/** Of the replacing deliveries of one key that wait at the same time, the newest: only that one needs to be sent. */
import type { Delivery } from '../../core/delivery/delivery.ts';
import { keyedPlaceOf } from '../../core/delivery/keyed-message.ts';

/** A replacing delivery, as memory knows it. */
export interface Replacing {
  readonly delivery: string;
  /** The same for all that replace each other's message. */
  readonly place: string;
  /** When it was accepted, or is to be sent, ms since 1970. */
  readonly at: number;
}

/** A delivery that replaces the message with its key; `undefined` for any other. */
export function replacingIn(delivery: Delivery<unknown>): Replacing | undefined {
  const place = delivery.replace === true ? keyedPlaceOf(delivery) : undefined;
  if (place === undefined) return undefined;
  const { user, uid = null, source = null, key, chatId, threadId = null } = place;
  const at = Date.parse(delivery.sendAt ?? delivery.acceptedAt);
  return { delivery: delivery.delivery, place: JSON.stringify([user, uid, source, key, chatId, threadId]), at };
}

/** @see createNewest */
export interface Newest {
  /** The time of a delivery has come. @returns one that need not be sent any more, where two of its key wait now */
  begin(replacing: Replacing): string | undefined;
  /** A delivery waits no longer. */
  end(delivery: string): void;
}

/** None waits. */
export function createNewest(): Newest {
  const byPlace = new Map<string, Replacing>();
  const byDelivery = new Map<string, Replacing>();
  return {
    begin(replacing) {
      const other = byPlace.get(replacing.place);
      if (other !== undefined && other.at > replacing.at) return replacing.delivery;
      byPlace.set(replacing.place, replacing);
      byDelivery.set(replacing.delivery, replacing);
      return other?.delivery;
    },
    end(delivery) {
      const replacing = byDelivery.get(delivery);
      if (replacing === undefined) return;
      byDelivery.delete(delivery);
      if (byPlace.get(replacing.place) === replacing) byPlace.delete(replacing.place);
    },
  };
}
