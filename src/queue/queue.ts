/**
 * The queue: every accepted delivery is sent, or its failure is recorded.
 *
 * Promises: `accept` resolves only when the delivery survives a power cut; from then on it is tried, in order within
 * its lane, until the channel takes it or refuses it for good, or it has been tried for a day and an hour. At least
 * once: a crash between the channel's yes and its record sends that one part again. No accepted delivery is dropped
 * silently.
 */
import type { Delivery } from '../core/delivery/delivery.ts';
import type { Destination } from '../core/destination.ts';
import { Problem } from '../core/problem.ts';
import type { DeliveryReceipt } from '../core/receipt.ts';
import type { Log } from '../shared/process/log.ts';
import { type Accept, createAccept } from './accept.ts';
import { type AnswerTurn, createAnswerTurns } from './answer-turns.ts';
import { createDeliveryIds, repeated } from './draft.ts';
import { createIdempotencyCache, recallUsedIds } from './idempotency/idempotency-cache.ts';
import { createKeyedSends } from './keyed-sends.ts';
import type {
  Channel,
  DeliveryStore,
  KeyedMessages,
  Lane,
  QueueEvents,
  SettledLog,
  StoredBatch,
  UsedIds,
} from './ports.ts';
import { createProgress, type UnsentStatus } from './progress.ts';
import { createLater } from './schedule/later.ts';
import type { LaneItem } from './schedule/line.ts';
import { createSchedule } from './schedule/schedule.ts';
import { queuedAt } from './store-draft.ts';
import { createCancellations } from './waiting/cancellation.ts';
import { createCapacity } from './waiting/capacity.ts';
import { createHolding, type HeldBack } from './waiting/holding.ts';
import { createNewest, type Replacing, replacingIn } from './waiting/newest.ts';
import { createRelease } from './waiting/release.ts';
import { createSeparation } from './waiting/separation.ts';
import { createWaitingList, type Queued } from './waiting/waiting-list.ts';
import { createWithdrawal } from './waiting/withdrawal.ts';
import { createWorker } from './worker.ts';

/** What a queue is made of. */
export interface QueueParts<P> {
  readonly store: DeliveryStore<P>;
  readonly settledLog: SettledLog;
  readonly usedIds: UsedIds;
  readonly keyedMessages: KeyedMessages;
  readonly channel: Channel<P>;
  readonly events: QueueEvents<P>;
  readonly log: Log;
  /** Milliseconds that never go back, for waits. */
  readonly clock: () => number;
  /** Milliseconds since 1970, for what is written down. */
  readonly now: () => number;
  /** Deliveries that may wait; a user with few of them may use a tenth more. */
  readonly capacity: number;
  /** Calls to the channel at one time. */
  readonly parallel: number;
  /** Milliseconds before each further try of a part whose answer was lost. */
  readonly unconfirmedWaits: readonly number[];
}

/** @see createQueue */
export interface Queue<P> {
  /** Reads what waits. @returns the ids of deliveries that can't be read */
  open(): Promise<readonly string[]>;
  /** Begins to send. A separate step, so that whatever can stop a start comes before it. */
  run(): void;
  /** Ends sending within a deadline (ms); what is not settled waits on disk. */
  stop(deadlineMs: number): Promise<void>;
  readonly accept: Accept<P>;
  /** Sends a failed delivery again, to the place that `resolve` names. @throws Problem `unknown_delivery`, `outbox_full`, `storage` */
  retry(failed: string, resolve: (failed: Delivery<P>) => Promise<Destination>): Promise<void>;
  /**
   * Withdraws a waiting delivery; parts that were sent stay in its chat.
   * @returns `false` where it does not wait any more @throws Problem `storage`
   */
  cancel(delivery: string): Promise<boolean>;
  /** What is held back, oldest first. @param to for this destination only, by its name */
  held(to?: string): readonly HeldBack[];
  /** How many are held back. */
  heldSize(): number;
  /**
   * Lets a held delivery go: it takes its turn as one that was to be sent now.
   * @param change what it is from now on
   * @returns `false` where it is not held any more @throws Problem `storage`
   */
  release(delivery: string, change: (held: Delivery<P>) => Delivery<P>): Promise<boolean>;
  /**
   * Ends a delivery of which nothing was sent, such as one that a summary told of.
   * @returns `false` where it does not wait any more @throws Problem `storage`
   */
  end(delivery: string, status: UnsentStatus): Promise<boolean>;
  /** What waits, oldest first. @param user of this user only */
  queued(user?: string): readonly Queued[];
  /** How many wait. @param user of this user only */
  size(user?: string): number;
  /** When the one that waits longest was due, ms since 1970; `undefined` where none is due. */
  oldest(): number | undefined;
  /** The channel answered another call: what waits for that goes now. */
  markOnline(): void;
  /** Waits for the turn of a message that is no delivery, such as a command's answer. */
  readonly answerTurn: AnswerTurn;
}

/** A delivery that waits for its time, and then for its turn. */
interface Planned {
  readonly lane: Lane;
  readonly item: LaneItem;
  readonly replacing: Replacing | undefined;
}

function itemOf({ delivery, user, summary, steps, done }: Delivery<unknown>): LaneItem {
  const isUrgent = summary.severity === 'critical';
  return { delivery, user, isUrgent, isBegun: done > 0, cost: steps[done]?.cost ?? 1 };
}

/** A queue over a store; call `open` and `run` before the first `accept`. */
export function createQueue<P>(parts: QueueParts<P>): Queue<P> {
  const { store, settledLog, usedIds, channel, events, log, clock, now } = parts;
  const plan = createSchedule(channel);
  const cache = createIdempotencyCache(now);
  const waiting = createWaitingList();
  const capacity = createCapacity(waiting, parts.capacity, now);
  const ids = createDeliveryIds(now);
  const later = createLater(now, begin);
  const holding = createHolding();
  const separation = createSeparation<P>(schedule);
  const { separated } = separation;
  let running = false;
  let recalled: Promise<void> = Promise.resolve();

  function settle(delivery: string, result: Omit<DeliveryReceipt, 'to'>): void {
    const entry = waiting.find(delivery);
    if (entry === undefined) return;
    const receipt = { ...result, to: entry.to };
    cache.settle(entry.user, entry.id, receipt, entry.fanOut);
    newest.end(delivery);
    waiting.settle(delivery, receipt);
  }

  const progress = createProgress<P>({ store, settledLog, events, settle, log, now });
  const newest = createNewest();
  const keyed = createKeyedSends(parts.keyedMessages, log, now);
  const cancellations = createCancellations();
  const { isCancelled } = cancellations;
  const hold = (delivery: Delivery<P>) => released.hold(delivery);
  const worker = createWorker<P>({ ...parts, schedule: plan, progress, keyed, isCancelled, hold });

  /** From now on it takes part in the turns of its lane. */
  function begin({ lane, item, replacing }: Planned): void {
    plan.add(lane, item, clock());
    const needless = replacing && newest.begin(replacing);
    if (needless !== undefined) skip(needless);
    if (running) worker.wake();
  }

  function schedule(delivery: Delivery<P>): void {
    if (delivery.heldSince !== undefined) return;
    const replacing = replacingIn(delivery);
    const planned = { lane: channel.laneOf(delivery.destination), item: itemOf(delivery), replacing };
    if (delivery.sendAt === undefined) begin(planned);
    else later.add(planned, Date.parse(delivery.sendAt));
  }

  function list(delivery: Delivery<P>): Queued {
    const entry = waiting.add(delivery);
    if (delivery.heldSince !== undefined) holding.add(delivery);
    events.changed({ change: 'queued', delivery });
    return entry;
  }

  function enqueue(delivery: Delivery<P>): Queued {
    const entry = list(delivery);
    schedule(delivery);
    return entry;
  }

  function enqueueAll(batch: StoredBatch<P>): readonly Queued[] {
    const entries = batch.deliveries.map(list);
    separation.follow(batch);
    return entries;
  }

  const accept = createAccept<P>({
    ...{ store, settledLog, events, cache, waiting, capacity, ids, enqueue, enqueueAll, log, now },
    recalled: () => recalled,
  });

  /** Takes a delivery of before this start. */
  function recover(delivery: Delivery<P>): void {
    ids.follow(delivery.delivery);
    waiting.add(delivery);
    if (delivery.heldSince !== undefined) holding.add(delivery);
    const { user, id, digest, destination, fanOut, acceptedAt } = delivery;
    if (digest === undefined) return;
    const receipt = queuedAt(destination.name);
    cache.recall({ user, id, receipt, digest, at: Date.parse(acceptedAt), ...(fanOut !== undefined && { fanOut }) });
  }

  /** Counts what went out shortly before this start, oldest first. */
  async function recallSpending(): Promise<void> {
    const recent = [];
    for await (const record of settledLog.backwards(now() - channel.limits.groupWindow)) recent.unshift(record);
    for (const { destination, messageIds, finishedAt } of recent) {
      const ago = Math.max(0, now() - Date.parse(finishedAt));
      if (messageIds.length > 0) {
        plan.chargeQuota(channel.laneOf(destination), messageIds.length, clock() - ago);
      }
    }
  }

  /** Takes a withdrawn delivery off the schedule: what one sender makes and withdraws again would have no bound there. */
  function takeOff(dropped: Delivery<P>): boolean {
    const isIt = ({ item }: { readonly item: LaneItem }) => item.delivery === dropped.delivery;
    return (
      holding.remove(dropped.delivery) ||
      later.remove(isIt) ||
      plan.remove(channel.laneOf(dropped.destination), dropped, clock())
    );
  }

  const released = createRelease<P>({
    ...{ holding, waiting, progress, cancellations, separated, schedule, now },
    leave: newest.end,
    changed: events.changed,
  });
  const { withdraw, skip } = createWithdrawal<P>({
    ...{ waiting, progress, cancellations, separated, takeOff, log },
    attempted: worker.ended,
    released: released.ended,
  });

  return {
    async open() {
      const { waiting: found, batches, corrupt } = await store.open();
      await recallSpending();
      for (const delivery of found) {
        recover(delivery);
        schedule(delivery);
      }
      for (const batch of batches) {
        batch.deliveries.forEach(recover);
        separation.follow(batch);
      }
      recalled = recallUsedIds(cache, usedIds, now()).catch((error: unknown) => {
        log.error({ err: String(error) }, 'The history could not be read; ids used before this start are not known');
      });
      return corrupt;
    },
    run() {
      running = true;
      worker.wake();
    },
    stop(deadlineMs) {
      later.stop();
      return worker.stop(deadlineMs);
    },
    accept,
    async retry(failed, resolve) {
      if (capacity.total() >= parts.capacity) {
        throw new Problem('outbox_full', 'The outbox is full. Try again later.');
      }
      const made = await store.requeue(failed, async (old) => repeated(old, ids.next(), await resolve(old)));
      if (made.digest !== undefined) {
        cache.settle(made.user, made.id, queuedAt(made.destination.name), made.fanOut);
      }
      enqueue(made);
    },
    cancel: (delivery) => withdraw(delivery, 'cancelled'),
    held: holding.list,
    heldSize: holding.size,
    release: released.release,
    end: withdraw,
    queued: waiting.list,
    size: waiting.size,
    oldest: () => waiting.oldest(now()),
    markOnline: worker.markOnline,
    answerTurn: createAnswerTurns(plan, clock),
  };
}
