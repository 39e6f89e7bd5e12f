/**
 * The outbox: what was accepted is delivered, or its failure is recorded.
 *
 * Promises: `accept` resolves only when the delivery survives a power cut; from then on it is sent, in order within its
 * chat, until the far side takes it or refuses it for good, or 24 hours of trying are over. At least once: a crash
 * between the far side's yes and the record of it sends that one message again. Nothing is sent never.
 */
import { randomBytes } from 'node:crypto';
import type { Delivery } from '../core/delivery.ts';
import type { DeliveryEvent } from '../core/delivery-event.ts';
import type { HistoryRecord } from '../core/history-record.ts';
import { Problem } from '../core/problem.ts';
import type { Receipt } from '../core/receipt.ts';
import type { Log } from '../shared/process/log.ts';
import type { History } from '../storage/files/history/history.ts';
import type { Spool } from '../storage/files/spool.ts';
import { type DeliveryDraft, deliveryOf, repeated } from './draft.ts';
import { receiptOf, recordOf } from './history-mapper.ts';
import { createIdempotencyCache, type KnownSubmission, REMEMBERED_MS } from './idempotency.ts';
import type { Limits } from './limits.ts';
import { createSchedule } from './schedule.ts';
import { createWaitingList, type Queued } from './waiting-list.ts';
import { createWorker, type Send, type WorkerEvents } from './worker.ts';

/** Told to whoever counts and whoever keeps the links. */
export interface QueueEvents<P> extends Pick<WorkerEvents<P>, 'precheck' | 'retrying' | 'moved' | 'corrupt'> {
  sent(delivery: Delivery<P>): void;
  failed(delivery: Delivery<P>, reason: string, unreachable: boolean): Promise<void>;
  /** A message has another state, which is on disk by now. */
  changed?(change: DeliveryEvent): void;
}

/** What an outbox is made of. */
export interface QueueParts<P> {
  readonly spool: Spool<P>;
  readonly history: History;
  readonly send: Send<P>;
  readonly events: QueueEvents<P>;
  readonly limits: Limits;
  readonly log: Log;
  /** Milliseconds that never go back, for waits. */
  readonly clock: () => number;
  /** Milliseconds since the epoch, for what is written down. */
  readonly now: () => number;
  /** Deliveries that may wait at most. */
  readonly capacity: number;
  /** Calls under way at most. */
  readonly parallel: number;
}

/** @see createQueue */
export interface Queue<P> {
  /** Reads what waits. @returns the names of deliveries that can't be read */
  open(): Promise<readonly string[]>;
  /** Begins to send, once everything that could still stop the start has been tried. */
  run(): void;
  stop(deadlineMs: number): Promise<void>;
  /** Takes a delivery: durable when it resolves. @throws Problem `outbox_full`, `storage`, `id_conflict` */
  accept(draft: DeliveryDraft<P>): Promise<{ receipt: Receipt; settled: Promise<Receipt> }>;
  /** Sends a failed delivery again. @throws Problem `unknown_delivery`, `storage` */
  retry(failed: string, chatOf: (user: string, uid: number | undefined) => Promise<number>): Promise<void>;
  /** What waits, oldest first. @param user of this user only */
  queued(user?: string): readonly Queued[];
  /** How many wait. @param user of this user only */
  size(user?: string): number;
  /** The far side answered somebody. */
  markOnline(): void;
  /** Messages went out past the outbox, such as a command's answer. */
  chargeQuota(chatId: number, cost: number): void;
}

/** Whoever has fewer messages waiting than this may use the reserve, a part of the capacity on top of it. */
const FEW = 100;
const RESERVE = 0.1;
/** Bytes of files that may wait for one user: what a day's album of large pictures takes, not a disk. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** An outbox over a spool; `open` and `run` before the first `accept`. */
export function createQueue<P>(parts: QueueParts<P>): Queue<P> {
  const { spool, history, events, log, clock, now } = parts;
  const schedule = createSchedule(parts.limits);
  const ledger = createIdempotencyCache(now);
  const waiting = createWaitingList();
  let storing = 0;
  let lastStamp = 0;
  let running = false;

  const worker = createWorker<P>({
    ...parts,
    schedule,
    events: {
      ...events,
      sent(delivery) {
        settle(delivery, { id: delivery.id, status: 'sent', messageIds: delivery.message_ids });
        events.changed?.({ change: 'sent', record: recordOf(delivery, 'sent', now()) });
        events.sent(delivery);
      },
      async failed(delivery, reason, unreachable) {
        settle(delivery, { id: delivery.id, status: 'failed', messageIds: delivery.message_ids, error: reason });
        events.changed?.({ change: 'failed', record: recordOf(delivery, 'failed', now(), reason) });
        await events.failed(delivery, reason, unreachable);
      },
      retrying(delivery, reason, waitMs) {
        events.changed?.({ change: 'retrying', delivery });
        events.retrying(delivery, reason, waitMs);
      },
      corrupt(name, reason) {
        const lost = waiting.find(name);
        const error = `Its file in the outbox: ${reason}.`;
        if (lost !== undefined) settle(lost, { id: lost.id, status: 'failed', messageIds: [], error });
        events.corrupt(name, reason);
      },
      record: (delivery, status, error) => history.append(recordOf(delivery, status, now(), error)),
    },
  });

  /** Names sort in the order they are made in, across restarts and clocks that went back. */
  function newName(): string {
    lastStamp = Math.max(Math.floor(now() * 1000), lastStamp + 1);
    return `${lastStamp.toString(36).padStart(11, '0')}-${randomBytes(4).toString('hex')}`;
  }

  function track(delivery: Delivery<P>): Queued {
    const entry = waiting.add(delivery);
    schedule.add(
      delivery.chat_id,
      { delivery: delivery.delivery, cost: delivery.steps[delivery.done]?.cost ?? 1 },
      clock(),
    );
    return entry;
  }

  function settle({ delivery, user }: Pick<Queued, 'delivery' | 'user'>, receipt: Receipt): void {
    ledger.settle(user, receipt);
    waiting.settle(delivery, receipt);
  }

  const queuedReceipt = (id: string): Receipt => ({ id, status: 'queued', messageIds: [] });

  async function store(draft: DeliveryDraft<P>): Promise<{ receipt: Receipt; settled: Promise<Receipt> }> {
    const delivery = deliveryOf(draft, newName(), now());
    if (draft.muted) {
      const record = recordOf(delivery, 'muted', now());
      await history.append(record).catch((error: unknown) => {
        throw new Problem('storage', 'The message could not be recorded.', { cause: error });
      });
      events.changed?.({ change: 'muted', record });
      const receipt: Receipt = { id: delivery.id, status: 'muted', messageIds: [] };
      return { receipt, settled: Promise.resolve(receipt) };
    }
    storing += 1;
    try {
      await spool.put(
        delivery,
        draft.files.map((file) => file.path),
      );
    } finally {
      storing -= 1;
    }
    const { settled } = track(delivery);
    events.changed?.({ change: 'queued', delivery });
    if (running) worker.wake();
    return { receipt: queuedReceipt(delivery.id), settled };
  }

  /**
   * A full outbox refuses everybody but those who have little in it: one who fills it must not silence the others.
   * Files are bounded by the bytes that wait for one user.
   */
  function refuseOverflow({ user, files }: DeliveryDraft<P>): void {
    const total = waiting.size() + storing;
    const most = waiting.size(user) < FEW ? parts.capacity + Math.floor(parts.capacity * RESERVE) : parts.capacity;
    if (total >= most) {
      throw new Problem('outbox_full', `The outbox is full (${total} messages wait). Try again later.`);
    }
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    if (bytes > 0 && waiting.bytes(user) + bytes > MOST_BYTES) {
      throw new Problem(
        'outbox_full',
        `The files that wait for ${user} take ${MOST_BYTES >> 20} MiB. Try again later.`,
      );
    }
  }

  /** Fills the ledger and the limits with what happened before this start. */
  async function recall(): Promise<void> {
    for await (const record of history.backwards(now() - REMEMBERED_MS, '"digest":')) {
      if (record.digest === undefined || ledger.find(record.user, record.id) !== undefined) continue;
      ledger.recall(record.user, receiptOf(record), record.digest, Date.parse(record.accepted_at));
    }
  }

  async function recallSpending(): Promise<void> {
    const recent: HistoryRecord[] = [];
    for await (const record of history.backwards(now() - parts.limits.groupWindow)) recent.unshift(record);
    for (const { chat_id, message_ids, finished_at } of recent) {
      const ago = Math.max(0, now() - Date.parse(finished_at));
      if (message_ids.length > 0) schedule.chargeQuota(chat_id, message_ids.length, clock() - ago);
    }
  }

  let recalled: Promise<void> = Promise.resolve();

  return {
    async open() {
      const { waiting: found, corrupt } = await spool.open();
      await recallSpending();
      for (const delivery of found) {
        lastStamp = Math.max(lastStamp, Number.parseInt(delivery.delivery.slice(0, 11), 36));
        track(delivery);
        const { user, id, digest } = delivery;
        if (digest !== undefined) ledger.recall(user, queuedReceipt(id), digest, Date.parse(delivery.accepted_at));
      }
      recalled = recall().catch((error: unknown) => {
        log.error({ err: String(error) }, 'The history could not be read; ids used before this start are not known');
      });
      return corrupt;
    },
    run() {
      running = true;
      worker.wake();
    },
    stop: (deadlineMs) => worker.stop(deadlineMs),
    async accept(draft) {
      if (draft.id !== undefined) {
        await recalled;
        const known = ledger.find(draft.user, draft.id);
        if (known !== undefined) return repeat(known, draft, draft.id);
      }
      if (!draft.muted) refuseOverflow(draft);
      const stored = store(draft);
      if (draft.id === undefined) return stored;
      const { id, user, digest } = draft;
      ledger.begin(user, id, digest, async () => (await stored).receipt);
      try {
        const accepted = await stored;
        // Of all others the worker tells what came of them.
        if (accepted.receipt.status === 'muted') ledger.settle(user, accepted.receipt);
        return accepted;
      } catch (error) {
        ledger.release(user, id);
        throw error;
      }
    },
    async retry(failed, chatOf) {
      if (waiting.size() + storing >= parts.capacity)
        throw new Problem('outbox_full', 'The outbox is full. Try again later.');
      const made = await spool.requeue(failed, async (old) =>
        repeated(old, newName(), await chatOf(old.user, old.uid)),
      );
      track(made);
      events.changed?.({ change: 'queued', delivery: made });
      if (made.digest !== undefined) ledger.settle(made.user, queuedReceipt(made.id));
      if (running) worker.wake();
    },
    queued: (user) => waiting.list(user),
    size: (user) => waiting.size(user),
    markOnline: () => worker.markOnline(),
    chargeQuota(chatId, cost) {
      schedule.chargeQuota(chatId, cost, clock());
    },
  };

  async function repeat(
    known: KnownSubmission,
    draft: DeliveryDraft<P>,
    id: string,
  ): Promise<{ receipt: Receipt; settled: Promise<Receipt> }> {
    if (!known.isSame(draft.digest)) {
      throw new Problem(
        'id_conflict',
        `The id ${JSON.stringify(id)} was used for another message in the last 24 hours.`,
      );
    }
    const receipt = await known.receipt();
    const entry = waiting.list(draft.user).find((candidate) => candidate.id === id);
    return { receipt, settled: entry?.settled ?? Promise.resolve(receipt) };
  }
}
