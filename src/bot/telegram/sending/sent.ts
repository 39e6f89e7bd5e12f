import type { SentOutcome } from '../../../core/delivery/outcome.ts';
import type { Part } from '../part.ts';

/** What is kept of a message that Telegram accepted. */
export interface Sent {
  readonly messageId: number | undefined;
  /** The id of its file, valid for this bot only. */
  readonly fileId: string | undefined;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** Reads an answer. Of a photo's sizes the last one is the largest. */
export function sentIn(message: unknown): Sent {
  const { message_id: id, photo, animation, video, document } = fieldsOf(message);
  const { file_id: fileId } = fieldsOf(Array.isArray(photo) ? photo.at(-1) : (animation ?? video ?? document));
  return {
    messageId: typeof id === 'number' ? id : undefined,
    fileId: typeof fileId === 'string' ? fileId : undefined,
  };
}

/** Which of the delivery's files a part sends, in the order of its messages. */
function filesOf(part: Part): readonly number[] {
  if (part.kind === 'album') return part.media;
  return 'media' in part ? [part.media] : [];
}

/** The outcome of a part, read from the messages that Telegram made of it. */
export function sentAs(part: Part, messages: readonly Sent[]): SentOutcome {
  const named = filesOf(part).flatMap((file, i) => {
    const id = messages[i]?.fileId;
    return id === undefined ? [] : [[file, id] as const];
  });
  const messageIds = messages.flatMap(({ messageId }) => messageId ?? []);
  return { kind: 'sent', messageIds, ...(named.length === 0 ? {} : { fileIds: new Map(named) }) };
}
