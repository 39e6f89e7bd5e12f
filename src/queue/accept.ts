import type { Delivery } from '../core/delivery/delivery.ts';
import { recordOf } from '../core/delivery/history-record.ts';
import { Problem } from '../core/problem.ts';
import type { Receipt } from '../core/receipt.ts';
import { type DeliveryDraft, type DeliveryIds, deliveryOf } from './draft.ts';
import type { IdempotencyCache, KnownSubmission } from './idempotency/idempotency-cache.ts';
import type { DeliveryStore, QueueEvents, SettledLog } from './ports.ts';
import type { Queued, WaitingList } from './waiting-list.ts';

/** An accepted notification. */
export interface Accepted {
  readonly receipt: Receipt;
  /** Resolves when it is sent or given up. */
  readonly settled: Promise<Receipt>;
}

/** What accepting works with. */
export interface AcceptParts<P> {
  readonly store: Pick<DeliveryStore<P>, 'put'>;
  readonly settledLog: SettledLog;
  readonly events: Pick<QueueEvents<P>, 'changed'>;
  readonly cache: IdempotencyCache;
  readonly waiting: WaitingList;
  readonly ids: DeliveryIds;
  /** Resolves when the cache holds the ids of before this start. */
  readonly recalled: () => Promise<void>;
  /** Puts a stored delivery into its lane. */
  readonly enqueue: (delivery: Delivery<P>) => Queued;
  /** Deliveries that may wait, without the reserve. */
  readonly capacity: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @see createAccept */
export interface Accept<P> {
  /** Takes a draft: durable when it resolves. @throws Problem `outbox_full`, `history_full`, `storage`, `id_conflict` */
  accept(draft: DeliveryDraft<P>): Promise<Accepted>;
  /** How many wait or are being stored. */
  total(): number;
}

/** A user with fewer waiting messages than this may use the reserve, a share of the capacity on top of it. */
const FEW = 100;
const RESERVE = 0.1;

/** The answer for a delivery that waits. */
export const queuedReceipt = (id: string): Receipt => ({ id, status: 'queued', messageIds: [] });

/** Makes the function that takes drafts. */
export function createAccept<P>(parts: AcceptParts<P>): Accept<P> {
  const { store, settledLog, events, cache, waiting, ids, recalled, enqueue, capacity, now } = parts;
  let storing = 0;
  const total = () => waiting.size() + storing;

  /** A full outbox still accepts from users who have little in it, so that one user who fills it does not silence the others. */
  function refuseOverflow({ user }: DeliveryDraft<P>): void {
    const most = waiting.size(user) < FEW ? capacity + Math.floor(capacity * RESERVE) : capacity;
    if (total() >= most) {
      throw new Problem('outbox_full', `The outbox is full (${total()} messages wait). Try again later.`);
    }
  }

  async function mute(delivery: Delivery<P>): Promise<Accepted> {
    const record = recordOf(delivery, 'muted', now());
    await settledLog.append(record).catch((error: unknown) => {
      if (error instanceof Problem) throw error;
      throw new Problem('storage', 'The message could not be recorded.', { cause: error });
    });
    events.changed({ change: 'muted', record });
    const receipt: Receipt = { id: delivery.id, status: 'muted', messageIds: [] };
    return { receipt, settled: Promise.resolve(receipt) };
  }

  async function keep(draft: DeliveryDraft<P>): Promise<Accepted> {
    const delivery = deliveryOf(draft, ids.next(), now());
    if (draft.muted) return mute(delivery);
    storing += 1;
    try {
      await store.put(
        delivery,
        draft.files.map(({ blob }) => blob),
      );
    } finally {
      storing -= 1;
    }
    const { settled } = enqueue(delivery);
    return { receipt: queuedReceipt(delivery.id), settled };
  }

  async function repeat(known: KnownSubmission, { user, digest }: DeliveryDraft<P>, id: string): Promise<Accepted> {
    if (!known.isSame(digest)) {
      throw new Problem(
        'id_conflict',
        `The id ${JSON.stringify(id)} was used for another message in the last 24 hours.`,
      );
    }
    const receipt = await known.receipt();
    const entry = waiting.list(user).find((candidate) => candidate.id === id);
    return { receipt, settled: entry?.settled ?? Promise.resolve(receipt) };
  }

  return {
    total,
    async accept(draft) {
      if (draft.id !== undefined) {
        await recalled();
        const known = cache.find(draft.user, draft.id);
        if (known !== undefined) return repeat(known, draft, draft.id);
      }
      if (!draft.muted) refuseOverflow(draft);
      const kept = keep(draft);
      if (draft.id === undefined) return kept;
      const { id, user, digest } = draft;
      cache.begin(user, id, digest, async () => (await kept).receipt);
      try {
        const accepted = await kept;
        // The worker settles all other deliveries.
        if (accepted.receipt.status === 'muted') cache.settle(user, accepted.receipt);
        return accepted;
      } catch (error) {
        cache.release(user, id);
        throw error;
      }
    },
  };
}
