/** How a notification can stand: waiting, delivered, recorded only since its chat is muted, or given up. */
export const MESSAGE_STATUSES = ['queued', 'sent', 'muted', 'failed'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** Where an accepted notification stands. */
export interface Receipt {
  /** The sender's idempotency id, or one made here. */
  readonly id: string;
  readonly status: MessageStatus;
  /** Telegram's ids, once sent. */
  readonly messageIds: readonly number[];
  /** Why it failed, a sentence. */
  readonly error?: string;
}
