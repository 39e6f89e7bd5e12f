import type { Delivery } from '../core/delivery/delivery.ts';
import { recordOf } from '../core/delivery/history-record.ts';
import { Problem, sentenceOf } from '../core/problem.ts';
import { type DeliveryReceipt, type Receipt, receiptOfSeveral } from '../core/receipt.ts';
import { type ConcurrencyLimits, createConcurrencyLimit } from '../shared/fairness/concurrency-limit.ts';
import type { Log } from '../shared/process/log.ts';
import { type DeliveryDraft, type DeliveryIds, deliveriesOf } from './draft.ts';
import type { IdempotencyCache, KnownSubmission } from './idempotency/idempotency-cache.ts';
import type { DeliveryStore, QueueEvents, SettledLog, StoredBatch } from './ports.ts';
import type { Capacity } from './waiting/capacity.ts';
import type { Queued, WaitingList } from './waiting/waiting-list.ts';

/** An accepted notification. */
export interface Accepted {
  readonly receipt: Receipt;
  /** Resolves when it is sent or given up at each of its destinations. */
  readonly settled: Promise<Receipt>;
}

/** What accepting works with. */
export interface AcceptParts<P> {
  readonly store: Pick<DeliveryStore<P>, 'put' | 'putAll'>;
  readonly settledLog: SettledLog;
  readonly events: Pick<QueueEvents<P>, 'changed'>;
  readonly cache: IdempotencyCache;
  readonly waiting: Pick<WaitingList, 'list'>;
  readonly capacity: Capacity;
  readonly ids: DeliveryIds;
  /** Resolves when the cache holds the ids of before this start. */
  readonly recalled: () => Promise<void>;
  /** Puts a stored delivery into its lane. */
  readonly enqueue: (delivery: Delivery<P>) => Queued;
  /** Puts the deliveries of a batch into their lanes, as soon as they are stored by themselves. */
  readonly enqueueAll: (batch: StoredBatch<P>) => readonly Queued[];
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Takes a draft: durable at all its destinations, or at none, when it settles.
 *
 * @throws Problem `outbox_full`, `history_full`, `storage`, `id_conflict`, `too_many_scheduled`, `bad_field` for a time in the past
 */
export type Accept<P> = (draft: DeliveryDraft<P>) => Promise<Accepted>;

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

/** @throws Problem `bad_field`; a repeated request whose time has come meanwhile does not get here */
function requireFuture({ sendAt }: DeliveryDraft<unknown>, now: number): void {
  if (sendAt === undefined || sendAt > now) return;
  throw new Problem('bad_field', `at: ${new Date(sendAt).toISOString()} is in the past.`);
}

/** Makes the function that takes drafts. */
export function createAccept<P>(parts: AcceptParts<P>): Accept<P> {
  const { store, settledLog, events, cache, waiting, capacity, ids, recalled, enqueue, enqueueAll, log, now } = parts;
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
    const settled = Promise.all(all.map((one) => queued.get(one.delivery) ?? receiptAt(one)));
    const { sendAt } = all[0] ?? {};
    const receipt = { ...receiptFor(id, all.map(receiptAt)), ...(sendAt !== undefined && { sendAt }) };
    return { receipt, settled: settled.then((each) => receiptFor(id, each)) };
  }

  async function keep(draft: DeliveryDraft<P>): Promise<Accepted> {
    const { user, targets } = draft;
    const stored = capacity.storing(user, targets.length, draft.sendAt !== undefined);
    const place = await places.enter(user);
    try {
      return await storeNow(draft);
    } finally {
      place.free();
      stored();
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
    const entries = waiting.list(user).filter((candidate) => candidate.id === id);
    const settled = Promise.all(entries.map((entry) => entry.settled));
    return { receipt, settled: settled.then(async () => cache.find(user, id)?.receipt() ?? receipt) };
  }

  /** The worker settles what waits. */
  function settleMuted({ user, targets }: DeliveryDraft<P>, id: string): void {
    const of = targets.length;
    for (const [place, { destination, muted }] of targets.entries()) {
      const receipt = { ...queuedAt(destination.name), status: 'muted' } as const;
      if (muted) cache.settle(user, id, receipt, of > 1 ? { place, of } : undefined);
    }
  }

  return async (draft) => {
    if (draft.id !== undefined) {
      await recalled();
      const known = cache.find(draft.user, draft.id);
      if (known !== undefined) return repeat(known, draft, draft.id);
    }
    const count = draft.targets.filter(({ muted }) => !muted).length;
    requireFuture(draft, now());
    if (draft.sendAt === undefined) capacity.require(draft.user, count);
    else capacity.requireLater(draft.user, count);
    const kept = keep(draft);
    if (draft.id === undefined) return kept;
    const { id, user, digest } = draft;
    const names = draft.targets.map(({ destination }) => destination.name);
    cache.begin(user, id, { digest, names, receipt: async () => (await kept).receipt });
    try {
      const accepted = await kept;
      settleMuted(draft, id);
      return accepted;
    } catch (error) {
      cache.release(user, id);
      throw error;
    }
  };
}
