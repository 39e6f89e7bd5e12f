import type { Delivery } from '../core/delivery.ts';
import type { HistoryRecord } from '../core/history-record.ts';
import type { Receipt } from '../core/receipt.ts';

/** What became of a delivery, as a line of the history. @param now ms */
export function recordOf(
  d: Delivery<unknown>,
  status: HistoryRecord['status'],
  now: number,
  error?: string,
): HistoryRecord {
  return {
    id: d.id,
    delivery: d.delivery,
    ...(d.digest === undefined ? {} : { digest: d.digest }),
    user: d.user,
    ...(d.uid === undefined ? {} : { uid: d.uid }),
    chat_id: d.chat_id,
    status,
    accepted_at: d.accepted_at,
    finished_at: new Date(now).toISOString(),
    message_ids: d.message_ids,
    ...(error === undefined ? {} : { error }),
    ...(status === 'sent' && d.retry_of === undefined
      ? { delivery_ms: Math.max(0, now - Date.parse(d.accepted_at)) }
      : {}),
    ...(d.attempts === 0 ? {} : { attempts: d.attempts }),
    ...(d.file_ids === undefined ? {} : { file_ids: d.file_ids }),
    ...(d.retry_of === undefined ? {} : { retry_of: d.retry_of }),
    ...d.summary,
  };
}

/** A line of the history as an answer. */
export function receiptOf(record: HistoryRecord): Receipt {
  return {
    id: record.id,
    status: record.status,
    messageIds: record.message_ids,
    ...(record.error === undefined ? {} : { error: record.error }),
  };
}
