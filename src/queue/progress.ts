/**
 * The newest state of deliveries that are being sent, and how they end.
 *
 * Promises: a delivery is recorded before its file is removed or moved; one that Telegram took is not sent again when
 * the disk then refuses a step; a step that failed is repeated without recording the delivery twice.
 */
import type { Delivery } from '../core/delivery/delivery.ts';
import { type HistoryRecord, receiptOf, recordOf, type SettledStatus } from '../core/delivery/history-record.ts';
import { errnoOf, Problem, sentenceOf } from '../core/problem.ts';
import type { DeliveryReceipt } from '../core/receipt.ts';
import type { Log } from '../shared/process/log.ts';
import type { DeliveryStore, QueueEvents, SettledLog } from './ports.ts';

/** What the progress of deliveries is made of. */
export interface ProgressParts<P> {
  readonly store: DeliveryStore<P>;
  readonly settledLog: SettledLog;
  readonly events: QueueEvents<P>;
  /** Called when a delivery has left the queue. */
  readonly settle: (delivery: string, result: Omit<DeliveryReceipt, 'to'>) => void;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How a delivery can end of which nothing is sent. */
export type UnsentStatus = Extract<SettledStatus, 'muted' | 'cancelled' | 'replaced' | 'summarized'>;

/** @see createProgress */
export interface Progress<P> {
  /** The newest state; `undefined` when it is gone or can't be read, and is settled. @throws the system's error when this process is short of something */
  load(delivery: string): Promise<Delivery<P> | undefined>;
  /** Keeps a state in memory only. */
  keep(delivery: Delivery<P>): void;
  /** Keeps a state, and stores it as far as the disk allows. */
  save(delivery: Delivery<P>): Promise<void>;
  /** Records and removes a delivery whose parts are all sent. */
  complete(delivery: Delivery<P>): Promise<void>;
  /** Records and removes a delivery of which nothing is sent. @throws Problem `history_full` */
  drop(delivery: Delivery<P>, status: UnsentStatus): Promise<void>;
  /** Records a delivery as failed and moves it to the failed ones. */
  giveUp(delivery: Delivery<P>, reason: string, unreachable: boolean): Promise<void>;
}

/** Whether a file could not be read for want of something that this process lacks, through no fault of the file. */
function isShortage(error: unknown): boolean {
  // The storage as a whole can't be used now.
  if (error instanceof Problem && error.code === 'storage') return true;
  return ['EMFILE', 'ENFILE', 'ENOMEM'].includes(errnoOf(error) ?? '');
}

/** Saved states that are kept, so that the next part of a message is not read anew: of large messages some 25 MB. */
const MOST_SAVED = 64;

/** Nothing is being sent yet. */
export function createProgress<P>({ store, settledLog, events, settle, log, now }: ProgressParts<P>): Progress<P> {
  /** States that are newer than the file, or need not be read again. */
  const newest = new Map<string, Delivery<P>>();
  /** Those of them that the file holds too, the one that was saved last at the end. */
  const saved = new Set<string>();
  /** What is in the history already, should the step after that be repeated. */
  const recorded = new Map<string, HistoryRecord>();

  async function record(d: Delivery<P>, status: SettledStatus, reason?: string): Promise<HistoryRecord> {
    const known = recorded.get(d.delivery);
    if (known !== undefined) return known;
    const made = recordOf(d, status, now(), reason);
    const unwritten = await settledLog.append(made).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    // The message has arrived: keeping its file for want of a line would send it again.
    if (unwritten !== undefined && status !== 'sent') throw unwritten.error;
    if (unwritten !== undefined) {
      log.error({ err: sentenceOf(unwritten.error), delivery: d.delivery }, 'The history could not be written');
    } else {
      recorded.set(d.delivery, made);
    }
    return made;
  }

  function keep(delivery: Delivery<P>): void {
    saved.delete(delivery.delivery);
    newest.set(delivery.delivery, delivery);
  }

  function forget(delivery: string): void {
    saved.delete(delivery);
    newest.delete(delivery);
  }

  /** A state that its file holds may be forgotten. */
  function isSaved(state: Delivery<P>): void {
    const { delivery } = state;
    if (newest.get(delivery) !== state) return;
    saved.add(delivery);
    const [oldest] = saved;
    if (saved.size > MOST_SAVED && oldest !== undefined) forget(oldest);
  }

  function leave(delivery: string, made: HistoryRecord): void {
    forget(delivery);
    recorded.delete(delivery);
    settle(delivery, receiptOf(made));
  }

  return {
    async load(delivery) {
      const known = newest.get(delivery);
      if (known !== undefined) return known;
      let reason = 'its file is gone';
      try {
        const found = await store.get(delivery);
        if (found !== undefined) return found;
      } catch (error) {
        if (isShortage(error)) throw error;
        await store.quarantine(delivery);
        reason = sentenceOf(error);
      }
      settle(delivery, { status: 'failed', messageIds: [], error: `Its file in the outbox: ${reason}.` });
      events.corrupt(delivery, reason);
      return undefined;
    },
    keep,
    async save(delivery) {
      keep(delivery);
      await store.update(delivery).then(
        () => isSaved(delivery),
        (error: unknown) => log.warn({ delivery: delivery.delivery }, sentenceOf(error)),
      );
    },
    async complete(delivery) {
      // From here on it must not be sent again, even if the disk refuses what follows and this is repeated.
      keep(delivery);
      const made = await record(delivery, 'sent');
      await store.remove(delivery);
      leave(delivery.delivery, made);
      events.changed({ change: 'sent', record: made });
      events.sent(delivery);
    },
    async drop(delivery, status) {
      keep(delivery);
      const made = await record(delivery, status);
      await store.remove(delivery);
      leave(delivery.delivery, made);
      events.changed({ change: status, record: made });
    },
    async giveUp(old, reason, unreachable) {
      const delivery: Delivery<P> = { ...old, lastError: reason, failedAt: new Date(now()).toISOString() };
      keep(delivery);
      const status = delivery.isUnknown ? 'unknown' : 'failed';
      const made = await record(delivery, status, reason);
      await store.fail(delivery);
      leave(delivery.delivery, made);
      events.changed({ change: status, record: made });
      // Not awaited: the delivery is settled, and a lock that another program holds must not delay the lane.
      events.failed(delivery, reason, unreachable).catch((error: unknown) => log.warn({}, sentenceOf(error)));
    },
  };
}
