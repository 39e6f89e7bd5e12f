import type { Account } from '../account.ts';
import type { Delivery } from './delivery.ts';

/** What a key belongs to: an account, a source of its notifications, and a place. */
export interface KeyedPlace extends Account {
  /** Absent for notifications without one. */
  readonly source?: string;
  readonly key: string;
  readonly chatId: number;
  readonly threadId?: number;
}

/** What the key of a delivery belongs to; `undefined` for one without a key. */
export function keyedPlaceOf({ user, uid, summary, destination }: Delivery<unknown>): KeyedPlace | undefined {
  const { source, key } = summary;
  const { chatId, threadId } = destination;
  if (key === undefined) return undefined;
  const topic = threadId === undefined ? {} : { threadId };
  return { user, uid, ...(source !== undefined && { source }), key, chatId, ...topic };
}

/** What a channel needs to know of a message to edit it. */
export interface EditableForm {
  /** The channel's word for what it is, such as `photo`. */
  readonly kind: string;
  /** A digest of its file, where it has one. */
  readonly file?: string;
}

/** The last message with a key. */
export interface KeyedMessage {
  /** The channel's ids of its messages. */
  readonly messageIds: readonly number[];
  /** Absent for what can't be edited as one message, such as an album. */
  readonly form?: EditableForm;
  /** When it was sent or edited last, ms since 1970. */
  readonly at: number;
}

/** A message that a part may be sent as an edit of. */
export interface EditableMessage {
  readonly messageId: number;
  readonly form: EditableForm;
}
