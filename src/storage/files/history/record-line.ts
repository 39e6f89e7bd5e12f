/** A line of the history: one JSON object. Lines of every release are read. */
import type { HistoryRecord } from '../../../core/delivery/history-record.ts';
import { MESSAGE_STATUSES } from '../../../core/receipt.ts';
import {
  type DestinationFields,
  destinationFields,
  destinationIn,
  type FanOutFields,
  fanOutFields,
  fanOutIn,
  present,
  type SummaryFields,
  summaryFields,
  summaryIn,
} from '../message-fields.ts';

/** What a line holds. */
interface RecordFields extends DestinationFields, SummaryFields {
  readonly id: string;
  readonly delivery: string;
  readonly digest?: string;
  readonly user: string;
  readonly uid?: number;
  readonly fan_out?: FanOutFields;
  readonly status: HistoryRecord['status'];
  readonly accepted_at: string;
  readonly finished_at: string;
  readonly message_ids: readonly number[];
  readonly error?: string;
  readonly delivery_ms?: number;
  readonly attempts?: number;
  readonly file_ids?: readonly (string | null)[];
  readonly retry_of?: string;
}

const STATUSES: ReadonlySet<unknown> = new Set(MESSAGE_STATUSES.filter((status) => status !== 'queued'));

/** A record as its line, without the line feed. */
export function formatRecord(record: HistoryRecord): string {
  return JSON.stringify({
    id: record.id,
    delivery: record.delivery,
    digest: record.digest,
    user: record.user,
    uid: record.uid,
    ...destinationFields(record.user, record.destination),
    fan_out: fanOutFields(record.fanOut),
    status: record.status,
    accepted_at: record.acceptedAt,
    finished_at: record.finishedAt,
    message_ids: record.messageIds,
    error: record.error,
    delivery_ms: record.deliveryMs,
    attempts: record.attempts,
    file_ids: record.fileIds,
    retry_of: record.retryOf,
    ...summaryFields(record),
  });
}

type Optional = Pick<HistoryRecord, 'digest' | 'fanOut' | 'error' | 'deliveryMs' | 'attempts' | 'fileIds' | 'retryOf'>;

function recordIn(found: RecordFields): HistoryRecord {
  return {
    id: found.id,
    delivery: found.delivery,
    user: found.user,
    uid: found.uid,
    destination: destinationIn(found.user, found),
    status: found.status,
    acceptedAt: found.accepted_at,
    finishedAt: found.finished_at,
    messageIds: found.message_ids,
    ...present<Optional>({
      digest: found.digest,
      fanOut: fanOutIn(found.fan_out),
      error: found.error,
      deliveryMs: found.delivery_ms,
      attempts: found.attempts,
      fileIds: found.file_ids,
      retryOf: found.retry_of,
    }),
    ...summaryIn(found),
  };
}

/** Reads a line; `undefined` for one that a crash tore. */
export function parseRecord(line: Buffer): HistoryRecord | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    if (typeof value !== 'object' || value === null || !('status' in value)) return undefined;
    return STATUSES.has(value.status) ? recordIn(value as RecordFields) : undefined;
  } catch {
    return undefined;
  }
}
