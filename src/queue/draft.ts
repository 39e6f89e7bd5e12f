import { randomBytes } from 'node:crypto';
import type { Account } from '../core/account.ts';
import type { Attachment, Delivery, FanOut, Step, Summary } from '../core/delivery/delivery.ts';
import { type Destination, samePlace } from '../core/destination.ts';
import type { Origin, Passes } from '../core/notification.ts';
import { unsentSteps } from './refused-parts.ts';

/** A file on its way into a delivery. */
export interface StagedFile extends Attachment {
  /** What the store knows it by. */
  readonly blob: string;
}

/** A destination of a notification. */
export interface Target {
  readonly destination: Destination;
  /** Record it, but don't send it. */
  readonly muted: boolean;
  /** Store it, and hold it back. */
  readonly held?: true;
}

/** A notification rendered into parts, before it is stored. */
export interface DeliveryDraft<P> extends Account {
  /** At least one, no place twice. */
  readonly targets: readonly Target[];
  /** The sender's idempotency id. */
  readonly id?: string;
  /** Over the whole request. */
  readonly digest: string;
  /** When to send it, ms since 1970; at once unless given. */
  readonly sendAt?: number;
  /** Edit the last message with its key. */
  readonly replace?: boolean;
  /** The feature of the bot that made the notification. */
  readonly origin?: Origin;
  /** Most tries of a step whose failure is temporary. */
  readonly mostTries?: number;
  /** What does not hold it back. */
  readonly passes?: Passes;
  readonly summary: Summary;
  readonly steps: readonly Step<P>[];
  /** Taken over by the deliveries. */
  readonly files: readonly StagedFile[];
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

/** A draft as deliveries, one for each of its targets, in their order. @param now ms since 1970 */
export function deliveriesOf<P>(draft: DeliveryDraft<P>, ids: Pick<DeliveryIds, 'next'>, now: number): Delivery<P>[] {
  const names = draft.targets.map(() => ids.next());
  const [batch = ''] = names;
  const of = names.length;
  const fanOutAt = (place: number): { fanOut?: FanOut } => (of > 1 ? { fanOut: { batch, place, of } } : {});
  return draft.targets.map(({ destination, held }, place) => ({
    delivery: names[place] ?? '',
    id: draft.id ?? batch,
    ...(draft.id === undefined ? {} : { digest: draft.digest }),
    user: draft.user,
    uid: draft.uid,
    destination,
    ...fanOutAt(place),
    acceptedAt: new Date(now).toISOString(),
    ...(draft.sendAt === undefined ? {} : { sendAt: new Date(draft.sendAt).toISOString() }),
    ...(draft.replace === undefined ? {} : { replace: draft.replace }),
    ...(draft.origin === undefined ? {} : { origin: draft.origin }),
    ...(draft.mostTries === undefined ? {} : { mostTries: draft.mostTries }),
    ...(draft.passes === undefined ? {} : { passes: draft.passes }),
    // Those of one notification differ in nothing else, so each of several is held when its turn comes.
    ...(held === true && of === 1 ? { heldSince: new Date(now).toISOString() } : {}),
    summary: draft.summary,
    steps: draft.steps,
    files: draft.files.map(({ name, size }) => ({ name, size })),
    done: 0,
    messageIds: [],
    attempts: 0,
  }));
}

/**
 * A failed delivery as a new one that repeats what did not arrive of it; all of it at another destination. It replaces nothing:
 * what its key stands for may be newer by now.
 */
export function repeated<P>(failed: Delivery<P>, delivery: string, destination: Destination): Delivery<P> {
  const { id, digest, user, uid, fanOut, acceptedAt, origin, passes, summary, files } = failed;
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
    ...(fanOut === undefined ? {} : { fanOut }),
    acceptedAt,
    ...(origin === undefined ? {} : { origin }),
    ...(passes === undefined ? {} : { passes }),
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
