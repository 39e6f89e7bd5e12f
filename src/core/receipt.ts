/**
 * How a notification can stand: waiting, delivered, recorded only since its chat is muted, refused or given up, or
 * perhaps delivered, since Telegram's answer was lost.
 */
export const MESSAGE_STATUSES = ['queued', 'sent', 'muted', 'failed', 'unknown'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** Whether a notification with this status is kept with the failed ones, and can be sent again. */
export function isGivenUp(status: MessageStatus): boolean {
  return status === 'failed' || status === 'unknown';
}

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
