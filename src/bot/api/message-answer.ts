import type { MessageRecord } from '../../core/views/message.ts';
import type { MessageAnswer } from '../../shared/api/answers.ts';

/** A message as the API shows it, in lists and events. */
export function messageAnswerOf(message: MessageRecord): MessageAnswer {
  const { id, to, status, acceptedAt, finishedAt, title, text, parseMode, source, severity, buttons } = message;
  const { key, messageIds, error, deliveryMs, pictures, files, attempts, user, sendAt, heldSince, labels } = message;
  return {
    id,
    to,
    status,
    accepted_at: acceptedAt,
    ...(sendAt !== undefined && { at: sendAt }),
    ...(heldSince !== undefined && { held_since: heldSince }),
    ...(finishedAt !== undefined && { finished_at: finishedAt }),
    ...(title !== undefined && { title }),
    text,
    ...(parseMode !== undefined && { parse_mode: parseMode }),
    ...(source !== undefined && { source }),
    ...(severity !== undefined && { severity }),
    ...(key !== undefined && { key }),
    ...(labels !== undefined && { labels: { ...labels } }),
    ...(buttons !== undefined && { buttons: buttons.map((row) => [...row]) }),
    message_ids: [...messageIds],
    ...(error !== undefined && { error }),
    ...(deliveryMs !== undefined && { delivery_ms: deliveryMs }),
    ...(pictures !== undefined && { pictures }),
    ...(files !== undefined && { files: [...files] }),
    ...(attempts !== undefined && { attempts }),
    ...(user !== undefined && { user }),
  };
}
