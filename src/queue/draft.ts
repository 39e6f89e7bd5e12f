import { randomBytes } from 'node:crypto';
import type { Account } from '../core/account.ts';
import type { Attachment, Delivery, Step, Summary } from '../core/delivery/delivery.ts';
import { type Destination, samePlace } from '../core/destination.ts';
import { unsentSteps } from './refused-parts.ts';

/** A file on its way into a delivery. */
export interface StagedFile extends Attachment {
  /** What the store knows it by. */
  readonly blob: string;
}

/** A notification for one destination, rendered into parts, before it is stored. */
export interface DeliveryDraft<P> extends Account {
  readonly destination: Destination;
  /** The sender's idempotency id. */
  readonly id?: string;
  /** Over the whole request. */
  readonly digest: string;
  readonly summary: Summary;
  readonly steps: readonly Step<P>[];
  /** Taken over by the delivery. */
  readonly files: readonly StagedFile[];
  /** Record it, but don't send it. */
  readonly muted: boolean;
}

/** Makes ids of deliveries, which sort in the order in which they were made. */
export interface DeliveryIds {
  next(): string;
  /** Makes every later id sort after this one, across restarts and clocks that were set back. */
  follow(delivery: string): void;
}

const STAMP_LENGTH = 11;

/** @param now ms since 1970 */
export function createDeliveryIds(now: () => number): DeliveryIds {
  let last = 0;
  return {
    next() {
      last = Math.max(Math.floor(now() * 1000), last + 1);
      return `${last.toString(36).padStart(STAMP_LENGTH, '0')}-${randomBytes(4).toString('hex')}`;
    },
    follow(delivery) {
      last = Math.max(last, Number.parseInt(delivery.slice(0, STAMP_LENGTH), 36));
    },
  };
}

/** A draft as a delivery. @param now ms since 1970 */
export function deliveryOf<P>(draft: DeliveryDraft<P>, delivery: string, now: number): Delivery<P> {
  return {
    delivery,
    id: draft.id ?? delivery,
    ...(draft.id === undefined ? {} : { digest: draft.digest }),
    user: draft.user,
    uid: draft.uid,
    destination: draft.destination,
    acceptedAt: new Date(now).toISOString(),
    summary: draft.summary,
    steps: draft.steps,
    files: draft.files.map(({ name, size }) => ({ name, size })),
    done: 0,
    messageIds: [],
    attempts: 0,
  };
}

/**
 * A failed delivery as a new one that repeats what did not arrive of it; all of it at another destination.
 */
export function repeated<P>(failed: Delivery<P>, delivery: string, destination: Destination): Delivery<P> {
  const { id, digest, user, uid, acceptedAt, summary, files } = failed;
  const isThere = samePlace(destination, failed.destination);
  const steps = isThere && failed.refused !== undefined ? unsentSteps(failed) : failed.steps;
  const there = isThere ? failed : { done: 0, messageIds: [], fileIds: [] };
  return {
    delivery,
    id,
    ...(digest === undefined ? {} : { digest }),
    user,
    uid,
    destination,
    acceptedAt,
    summary,
    steps,
    files,
    done: steps === failed.steps ? there.done : 0,
    messageIds: there.messageIds,
    ...(there.fileIds === undefined ? {} : { fileIds: there.fileIds }),
    attempts: 0,
    retryOf: failed.delivery,
  };
}
