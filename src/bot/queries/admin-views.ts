/** Views for the sysadmin: `notify-bot links`, `queue` and `failed`, and the socket API, show the same. */

import type { Link, ListedDelivery } from '../../storage/ports.ts';

/** A link. */
export function linkRecord({
  user,
  chatId,
  chat,
  linkedAt,
  uid,
  unreachable,
}: Link): Readonly<Record<string, unknown>> {
  return {
    user,
    chat_id: chatId,
    ...(chat.threadId === undefined ? {} : { thread_id: chat.threadId }),
    linked_at: linkedAt ?? null,
    ...(uid === undefined ? {} : { uid }),
    chat: { type: chat.type, name: chat.name },
    ...(unreachable === undefined ? {} : { unreachable }),
  };
}

/** A delivery that waits or was given up. */
export function deliveryRecord(d: ListedDelivery): Readonly<Record<string, unknown>> {
  return {
    delivery: d.delivery,
    id: d.id,
    user: d.user,
    to: d.destination.name,
    chat_id: d.destination.chatId,
    accepted_at: d.acceptedAt,
    failed_at: d.failedAt,
    attempts: d.attempts,
    title: d.summary.title,
    text: d.summary.text,
    error: d.lastError,
  };
}
