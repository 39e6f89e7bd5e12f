import type { Account } from '../../core/account.ts';
import type { Delivery, Summary } from '../../core/delivery/delivery.ts';
import type { DeliveryEvent } from '../../core/delivery/delivery-event.ts';
import type { HistoryRecord } from '../../core/delivery/history-record.ts';
import { isGivenUp } from '../../core/receipt.ts';
import type { MessageRecord } from '../../core/views/message.ts';
import { messageAnswerOf } from '../api/message-answer.ts';

/** The content of a message, as its owner may see it. */
function contentIn({
  title,
  text,
  parseMode,
  source,
  severity,
  key,
  labels,
  buttons,
}: Summary): Pick<
  MessageRecord,
  'title' | 'text' | 'parseMode' | 'source' | 'severity' | 'key' | 'labels' | 'buttons'
> {
  return {
    ...(title === undefined ? {} : { title }),
    text,
    ...(parseMode === undefined ? {} : { parseMode }),
    ...(source === undefined ? {} : { source }),
    ...(severity === undefined ? {} : { severity }),
    ...(key === undefined ? {} : { key }),
    ...(labels === undefined ? {} : { labels }),
    ...(buttons === undefined ? {} : { buttons }),
  };
}

/** Pictures that can be requested. Those of a muted message are not kept, and Telegram does not name every sent one. */
function picturesIn({ status, pictures = 0, fileIds = [] }: HistoryRecord): number {
  if (status === 'muted') return 0;
  return isGivenUp(status) ? pictures : fileIds.slice(0, pictures).filter((id) => id !== null).length;
}

/** A settled message. */
export function fromRecord(record: HistoryRecord): MessageRecord {
  const { error, deliveryMs, attempts = 0 } = record;
  const pictures = picturesIn(record);
  return {
    id: record.id,
    to: record.destination.name,
    status: record.status,
    acceptedAt: record.acceptedAt,
    finishedAt: record.finishedAt,
    ...contentIn(record),
    messageIds: record.messageIds,
    ...(error === undefined ? {} : { error }),
    ...(deliveryMs === undefined ? {} : { deliveryMs }),
    ...(pictures === 0 ? {} : { pictures }),
    ...(record.others === undefined ? {} : { files: record.others }),
    ...(attempts === 0 ? {} : { attempts }),
  };
}

/** A message that waits. */
export function fromQueue(delivery: Delivery<unknown>): MessageRecord {
  const { id, destination, acceptedAt, sendAt, heldSince, summary, messageIds, lastError, attempts } = delivery;
  return {
    id,
    to: destination.name,
    status: 'queued',
    acceptedAt,
    ...(sendAt === undefined ? {} : { sendAt }),
    ...(heldSince === undefined ? {} : { heldSince }),
    ...contentIn(summary),
    messageIds,
    ...(lastError === undefined ? {} : { error: lastError }),
    ...(summary.pictures === undefined ? {} : { pictures: summary.pictures }),
    ...(summary.others === undefined ? {} : { files: summary.others }),
    ...(attempts === 0 ? {} : { attempts }),
  };
}

/** The data of an event about a changed delivery, and the owner of its message. */
export function fromChange(change: DeliveryEvent): { account: Account; data: Readonly<Record<string, unknown>> } {
  const { user, uid } = 'record' in change ? change.record : change.delivery;
  const message = 'record' in change ? fromRecord(change.record) : fromQueue(change.delivery);
  return { account: { user, uid }, data: { ...messageAnswerOf(message), user, change: change.change } };
}
