/** What the sysadmin is shown, by `notify-bot links`, `queue` and `failed` and by the socket API alike. */

import type { Delivery } from '../../core/delivery.ts';
import type { Link } from '../../storage/files/links/link.ts';

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
    linked_at: linkedAt ?? null,
    ...(uid === undefined ? {} : { uid }),
    chat: { type: chat.type, name: chat.name },
    ...(unreachable === undefined ? {} : { unreachable }),
  };
}

/** A delivery that waits or was given up. */
export function deliveryRecord(d: Delivery<unknown>): Readonly<Record<string, unknown>> {
  const { delivery, id, user, chat_id, accepted_at, failed_at, attempts, last_error, summary } = d;
  const { title, text } = summary;
  return { delivery, id, user, chat_id, accepted_at, failed_at, attempts, title, text, error: last_error };
}
