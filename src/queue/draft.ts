import type { Delivery, Step, Summary } from '../core/delivery.ts';

/** A notification with its parts made, on its way into the outbox. */
export interface DeliveryDraft<P> {
  readonly user: string;
  /** The account's uid, when this host knows the name. */
  readonly uid: number | undefined;
  readonly chatId: number;
  /** The sender's idempotency id, and the digest of what came under it. */
  readonly id?: string;
  readonly digest: string;
  readonly summary: Summary;
  readonly steps: readonly Step<P>[];
  /** Staged files, taken over. */
  readonly files: readonly { readonly path: string; readonly name: string; readonly size: number }[];
  /** Recorded but not sent. */
  readonly muted: boolean;
}

/** A draft as a delivery. @param name names its file @param now ms */
export function deliveryOf<P>(draft: DeliveryDraft<P>, name: string, now: number): Delivery<P> {
  return {
    version: 1,
    delivery: name,
    id: draft.id ?? name,
    ...(draft.id === undefined ? {} : { digest: draft.digest }),
    user: draft.user,
    ...(draft.uid === undefined ? {} : { uid: draft.uid }),
    chat_id: draft.chatId,
    accepted_at: new Date(now).toISOString(),
    summary: draft.summary,
    steps: draft.steps,
    files: draft.files.map((file, i) => ({ file: `${name}.${i}`, name: file.name, size: file.size })),
    done: 0,
    message_ids: [],
    attempts: 0,
  };
}

/** A failed delivery as a new one that repeats it from the part that failed. */
export function repeated<P>(failed: Delivery<P>, name: string, chatId: number): Delivery<P> {
  const { failed_at: _, tried_at: __, tried_ms: ___, last_error: ____, ...rest } = failed;
  // Another chat has seen none of it yet.
  const begun = chatId === failed.chat_id ? {} : { done: 0, message_ids: [], file_ids: [] };
  return {
    ...rest,
    ...begun,
    delivery: name,
    chat_id: chatId,
    attempts: 0,
    retry_of: failed.delivery,
    files: rest.files.map((file, i) => ({ ...file, file: `${name}.${i}` })),
  };
}
