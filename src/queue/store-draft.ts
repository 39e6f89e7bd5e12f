/** Stores a draft: its deliveries in the queue, all or none, and a line in the history where it is muted. */
import type { Delivery } from '../core/delivery/delivery.ts';
import { recordOf } from '../core/delivery/history-record.ts';
import { Problem, sentenceOf } from '../core/problem.ts';
import { type DeliveryReceipt, type Receipt, receiptOfSeveral } from '../core/receipt.ts';
import { type ConcurrencyLimits, createConcurrencyLimit } from '../shared/fairness/concurrency-limit.ts';
import type { Log } from '../shared/process/log.ts';
import { type DeliveryDraft, type DeliveryIds, deliveriesOf } from './draft.ts';
import type { DeliveryStore, QueueEvents, SettledLog, StoredBatch } from './ports.ts';
import type { Capacity } from './waiting/capacity.ts';
import type { Queued } from './waiting/waiting-list.ts';

/** An accepted notification. */
export interface Accepted {
  readonly receipt: Receipt;
  /** Resolves when it is sent or given up at each of its destinations, except for those that held it back when it came. */
  readonly settled: Promise<Receipt>;
  /** How it stands now: some of its destinations may have it while others wait. */
  current(): Promise<Receipt>;
}

/** What storing works with. */
export interface StoreDraftParts<P> {
  readonly store: Pick<DeliveryStore<P>, 'put' | 'putAll'>;
  readonly settledLog: SettledLog;
  readonly events: Pick<QueueEvents<P>, 'changed'>;
  readonly capacity: Pick<Capacity, 'storing'>;
  readonly ids: DeliveryIds;
  /** Puts a stored delivery into its lane. */
  readonly enqueue: (delivery: Delivery<P>) => Queued;
  /** Puts the deliveries of a batch into their lanes, as soon as they are stored by themselves. */
  readonly enqueueAll: (batch: StoredBatch<P>) => readonly Queued[];
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Notifications that are written to the disk at one time, in turns between users: one who sends a thousand at once delays
 * nobody for longer than a few writes. Many at once cost hardly more than one, because they share the syncs of the folder.
 */
const STORING: ConcurrencyLimits = { perParty: 48, overall: 64 };

/** The receipt of a delivery that waits. */
export const queuedAt = (to: string): DeliveryReceipt => ({ to, status: 'queued', messageIds: [] });

/** The answer to the sender: as for one where there is one destination. */
function receiptFor(id: string, all: readonly DeliveryReceipt[]): Receipt {
  const [first, ...more] = all;
  if (first === undefined || more.length > 0) return receiptOfSeveral(id, all);
  const { to: _, ...rest } = first;
  return { id, ...rest };
}

/** Makes the function that stores drafts. It throws Problem `history_full`, `outbox_full`, `storage`. */
export function createStoreDraft<P>(parts: StoreDraftParts<P>): (draft: DeliveryDraft<P>) => Promise<Accepted> {
  const { store, settledLog, events, capacity, ids, enqueue, enqueueAll, log, now } = parts;
  const places = createConcurrencyLimit(STORING);

  async function mute(delivery: Delivery<P>): Promise<void> {
    const record = recordOf(delivery, 'muted', now());
    await settledLog.append(record).catch((error: unknown) => {
      if (error instanceof Problem) throw error;
      throw new Problem('storage', 'The message could not be recorded.', { cause: error });
    });
    events.changed({ change: 'muted', record });
  }

  async function put(deliveries: readonly Delivery<P>[], blobs: readonly string[]): Promise<readonly Queued[]> {
    const [only, ...more] = deliveries;
    if (only === undefined) return [];
    if (more.length > 0) return enqueueAll(await store.putAll(deliveries, blobs));
    await store.put(only, blobs);
    return [enqueue(only)];
  }

  async function storeNow(draft: DeliveryDraft<P>): Promise<Accepted> {
    const all = deliveriesOf(draft, ids, now());
    const isMuted = (_: unknown, place: number) => draft.targets[place]?.muted === true;
    const muted = all.filter(isMuted);
    const blobs = draft.files.map(({ blob }) => blob);
    const entries = await put(
      all.filter((one, place) => !isMuted(one, place)),
      blobs,
    );
    for (const delivery of muted) {
      // What others of the notification wait for is accepted by now, whatever becomes of this line.
      const recorded = mute(delivery);
      if (entries.length === 0) await recorded;
      else await recorded.catch((error: unknown) => log.error({ err: sentenceOf(error) }, 'A muted message'));
    }
    const queued = new Map(entries.map((entry) => [entry.delivery, entry.settled]));
    const id = all[0]?.id ?? '';
    const receiptAt = ({ destination: { name: to }, delivery }: Delivery<P>): DeliveryReceipt =>
      queued.has(delivery) ? queuedAt(to) : { to, status: 'muted', messageIds: [] };
    const standing = all.map(receiptAt);
    for (const [place, { delivery }] of all.entries()) {
      void queued.get(delivery)?.then((receipt) => {
        standing[place] = receipt;
      });
    }
    const isHeld = (place: number) => draft.targets[place]?.held === true;
    const settled = Promise.all(
      all.map((one, place) => (isHeld(place) ? undefined : queued.get(one.delivery)) ?? receiptAt(one)),
    );
    const { sendAt } = all[0] ?? {};
    const receipt = { ...receiptFor(id, standing), ...(sendAt !== undefined && { sendAt }) };
    return {
      receipt,
      settled: settled.then((each) => receiptFor(id, each)),
      current: async () => receiptFor(id, [...standing]),
    };
  }

  return async (draft) => {
    const { user, targets } = draft;
    const stored = capacity.storing(user, targets.length, draft.sendAt !== undefined);
    const place = await places.enter(user);
    try {
      return await storeNow(draft);
    } finally {
      place.free();
      stored();
    }
  };
}
