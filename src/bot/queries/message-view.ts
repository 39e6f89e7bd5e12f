import type { Account } from '../../core/account.ts';
import type { Delivery, Summary } from '../../core/delivery.ts';
import type { DeliveryEvent } from '../../core/delivery-event.ts';
import type { HistoryRecord } from '../../core/history-record.ts';
import type { MessageRecord } from '../api/services.ts';

/** What was said, as its owner may see it. */
function saidIn(summary: Summary): Pick<MessageRecord, keyof Summary & keyof MessageRecord> {
  const { title, text, parse_mode, source, severity } = summary;
  return {
    ...(title === undefined ? {} : { title }),
    text,
    ...(parse_mode === undefined ? {} : { parse_mode }),
    ...(source === undefined ? {} : { source }),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** Pictures that can be asked for: of a muted message none was kept, and some are sent under no name. */
function picturesIn({ status, pictures = 0, file_ids: ids }: HistoryRecord): number {
  if (status === 'muted') return 0;
  return status === 'failed' ? pictures : (ids ?? []).slice(0, pictures).filter((id) => id !== null).length;
}

/** A line of the history as `GET /messages` shows it. */
export function fromRecord(record: HistoryRecord): MessageRecord {
  const { error, delivery_ms: took, attempts = 0 } = record;
  const pictures = picturesIn(record);
  return {
    id: record.id,
    status: record.status,
    accepted_at: record.accepted_at,
    finished_at: record.finished_at,
    ...saidIn(record),
    message_ids: record.message_ids,
    ...(error === undefined ? {} : { error }),
    ...(took === undefined ? {} : { delivery_ms: took }),
    ...(pictures === 0 ? {} : { pictures }),
    ...(attempts === 0 ? {} : { attempts }),
  };
}

/** A delivery that waits as `GET /messages` shows it. */
export function fromQueue(delivery: Delivery<unknown>): MessageRecord {
  const { id, accepted_at, summary, message_ids, last_error, attempts = 0 } = delivery;
  return {
    id,
    status: 'queued',
    accepted_at,
    ...saidIn(summary),
    message_ids,
    ...(last_error === undefined ? {} : { error: last_error }),
    ...(summary.pictures === undefined ? {} : { pictures: summary.pictures }),
    ...(attempts === 0 ? {} : { attempts }),
  };
}

/** A change as an event tells it, and whose message it is. */
export function fromChange(change: DeliveryEvent): { account: Account; data: Readonly<Record<string, unknown>> } {
  const what = 'record' in change ? change.record : change.delivery;
  const message = 'record' in change ? fromRecord(change.record) : fromQueue(change.delivery);
  return {
    account: { user: what.user, uid: what.uid },
    data: { ...message, user: what.user, change: change.change },
  };
}
