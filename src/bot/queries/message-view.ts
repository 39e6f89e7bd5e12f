import type { Account } from '../../core/account.ts';
import type { Delivery, Summary } from '../../core/delivery.ts';
import type { DeliveryEvent } from '../../core/delivery-event.ts';
import type { HistoryRecord } from '../../core/history-record.ts';
import type { MessageRecord } from '../api/services.ts';

/** What a message says, as its owner may see it. */
function contentIn({
  title,
  text,
  parseMode,
  source,
  severity,
}: Summary): Pick<MessageRecord, 'title' | 'text' | 'parse_mode' | 'source' | 'severity'> {
  return {
    ...(title === undefined ? {} : { title }),
    text,
    ...(parseMode === undefined ? {} : { parse_mode: parseMode }),
    ...(source === undefined ? {} : { source }),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** Pictures that can be requested: none of a muted message is kept, and Telegram names not all of the sent ones. */
function picturesIn({ status, pictures = 0, fileIds = [] }: HistoryRecord): number {
  if (status === 'muted') return 0;
  return status === 'failed' ? pictures : fileIds.slice(0, pictures).filter((id) => id !== null).length;
}

/** A line of the history as `GET /messages` shows it. */
export function fromRecord(record: HistoryRecord): MessageRecord {
  const { error, deliveryMs, attempts = 0 } = record;
  const pictures = picturesIn(record);
  return {
    id: record.id,
    status: record.status,
    accepted_at: record.acceptedAt,
    finished_at: record.finishedAt,
    ...contentIn(record),
    message_ids: record.messageIds,
    ...(error === undefined ? {} : { error }),
    ...(deliveryMs === undefined ? {} : { delivery_ms: deliveryMs }),
    ...(pictures === 0 ? {} : { pictures }),
    ...(attempts === 0 ? {} : { attempts }),
  };
}

/** A delivery that waits as `GET /messages` shows it. */
export function fromQueue(delivery: Delivery<unknown>): MessageRecord {
  const { id, acceptedAt, summary, messageIds, lastError, attempts } = delivery;
  return {
    id,
    status: 'queued',
    accepted_at: acceptedAt,
    ...contentIn(summary),
    message_ids: messageIds,
    ...(lastError === undefined ? {} : { error: lastError }),
    ...(summary.pictures === undefined ? {} : { pictures: summary.pictures }),
    ...(attempts === 0 ? {} : { attempts }),
  };
}

/** A change of state as an event of the API, and the account whose message it is. */
export function fromChange(change: DeliveryEvent): { account: Account; data: Readonly<Record<string, unknown>> } {
  const { user, uid } = 'record' in change ? change.record : change.delivery;
  const message = 'record' in change ? fromRecord(change.record) : fromQueue(change.delivery);
  return { account: { user, uid }, data: { ...message, user, change: change.change } };
}
