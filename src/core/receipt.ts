/** Where an accepted notification stands. */
export interface Receipt {
  /** The sender's idempotency id, or one made here. */
  readonly id: string;
  readonly status: 'queued' | 'sent' | 'muted' | 'failed';
  /** Telegram's ids, once sent. */
  readonly messageIds: readonly number[];
  /** Why it failed, a sentence. */
  readonly error?: string;
}
