import type { Account } from '../account.ts';
import type { Destination } from '../destination.ts';
import type { DeliveryReceipt, MessageStatus } from '../receipt.ts';
import type { Delivery, FanOut, Summary } from './delivery.ts';

/** How a delivery ended. */
export type SettledStatus = Exclude<MessageStatus, 'queued'>;

/** A settled delivery, as the history keeps it. */
export interface HistoryRecord extends Summary, Account {
  readonly id: string;
  readonly delivery: string;
  readonly digest?: string;
  readonly destination: Destination;
  /** Absent where its notification went to one destination only. */
  readonly fanOut?: FanOut;
  readonly status: SettledStatus;
  /** ISO 8601. */
  readonly acceptedAt: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly messageIds: readonly number[];
  readonly error?: string;
  /** Milliseconds from its acceptance, or from the time it was asked for, until all of it was sent; absent for a repeated delivery. */
  readonly deliveryMs?: number;
  /** Failed tries of its last step. */
  readonly attempts?: number;
  /** The channel's own ids of its files, by their place; `null` for a file without one. */
  readonly fileIds?: readonly (string | null)[];
  /** The failed delivery that this one repeats. */
  readonly retryOf?: string;
}

/** A settled delivery as a record. @param now ms since 1970 */
export function recordOf(
  d: Delivery<unknown>,
  status: HistoryRecord['status'],
  now: number,
  error?: string,
): HistoryRecord {
  const isFirst = d.retryOf === undefined;
  return {
    id: d.id,
    delivery: d.delivery,
    ...(d.digest === undefined ? {} : { digest: d.digest }),
    user: d.user,
    uid: d.uid,
    destination: d.destination,
    ...(d.fanOut === undefined ? {} : { fanOut: d.fanOut }),
    status,
    acceptedAt: d.acceptedAt,
    finishedAt: new Date(now).toISOString(),
    messageIds: d.messageIds,
    ...(error === undefined ? {} : { error }),
    ...(status === 'sent' && isFirst ? { deliveryMs: Math.max(0, now - Date.parse(d.sendAt ?? d.acceptedAt)) } : {}),
    ...(d.attempts === 0 ? {} : { attempts: d.attempts }),
    ...(d.fileIds === undefined ? {} : { fileIds: d.fileIds }),
    ...(d.retryOf === undefined ? {} : { retryOf: d.retryOf }),
    ...d.summary,
  };
}

/** What its sender is answered of a settled delivery. */
export function receiptOf({ destination, status, messageIds, error }: HistoryRecord): DeliveryReceipt {
  return { to: destination.name, status, messageIds, ...(error === undefined ? {} : { error }) };
}
