import type { Delivery } from '../core/delivery/delivery.ts';
import { recordOf } from '../core/delivery/history-record.ts';
import { Problem } from '../core/problem.ts';
import type { Receipt } from '../core/receipt.ts';
import { type ConcurrencyLimits, createConcurrencyLimit } from '../shared/fairness/concurrency-limit.ts';
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

/** The reserve, a share of the capacity on top of it, and the waiting messages of a user who may use it while it is free. */
const RESERVE = 0.1;
const FEW = 100;

/**
 * How many messages of a user may wait while so many of all do. In the reserve it is fewer the fuller that is, so that a few
 * users don't take it from the others.
 */
function mostOfUser(total: number, capacity: number): number {
  if (total < capacity) return Number.POSITIVE_INFINITY;
  const reserve = Math.floor(capacity * RESERVE);
  const free = capacity + reserve - total;
  return free <= 0 ? 0 : Math.ceil((Math.min(FEW, reserve) * free) / reserve);
}

/**
 * Notifications that are written to the disk at one time, in turns between users: one who sends a thousand at once delays
 * nobody for longer than a few writes. Many at once cost hardly more than one, because they share the syncs of the folder.
 */
const STORING: ConcurrencyLimits = { perParty: 48, overall: 64 };

/** The answer for a delivery that waits. */
export const queuedReceipt = (id: string): Receipt => ({ id, status: 'queued', messageIds: [] });

/** Makes the function that takes drafts. */
export function createAccept<P>(parts: AcceptParts<P>): Accept<P> {
  const { store, settledLog, events, cache, waiting, ids, recalled, enqueue, capacity, now } = parts;
  const places = createConcurrencyLimit(STORING);
  const storing = new Map<string, number>();
  let storingOfAll = 0;
  const total = () => waiting.size() + storingOfAll;
  const ofUser = (user: string) => waiting.size(user) + (storing.get(user) ?? 0);

  function countStoring(user: string, change: 1 | -1): void {
    storingOfAll += change;
    const own = (storing.get(user) ?? 0) + change;
    if (own > 0) storing.set(user, own);
    else storing.delete(user);
  }

  /** A full outbox still accepts from users who have little in it, so that one user who fills it does not silence the others. */
  function refuseOverflow({ user }: DeliveryDraft<P>): void {
    if (ofUser(user) >= mostOfUser(total(), capacity)) {
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

  async function storeNow(draft: DeliveryDraft<P>): Promise<Accepted> {
    const delivery = deliveryOf(draft, ids.next(), now());
    if (draft.muted) return mute(delivery);
    await store.put(
      delivery,
      draft.files.map(({ blob }) => blob),
    );
    const { settled } = enqueue(delivery);
    return { receipt: queuedReceipt(delivery.id), settled };
  }

  async function keep(draft: DeliveryDraft<P>): Promise<Accepted> {
    const { user } = draft;
    countStoring(user, 1);
    const place = await places.enter(user);
    try {
      return await storeNow(draft);
    } finally {
      place.free();
      countStoring(user, -1);
    }
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
