/**
 * How a notification can stand: waiting, delivered, recorded only since its chat is muted, refused or given up,
 * perhaps delivered, since Telegram's answer was lost, withdrawn before it was sent, deleted afterwards, not sent because
 * a newer one with its key was sent in its place, or told in the summary after quiet hours or of a digest.
 */
export const MESSAGE_STATUSES = [
  'queued',
  'sent',
  'muted',
  'failed',
  'unknown',
  'cancelled',
  'deleted',
  'replaced',
  'summarized',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** How a notification for one or several destinations stands; `partial` when some of them got it, and no other waits. */
export type ReceiptStatus = MessageStatus | 'partial';

/** Whether a notification with this status is kept with the failed ones, and can be sent again. */
export function isGivenUp(status: MessageStatus): boolean {
  return status === 'failed' || status === 'unknown';
}

/** Where a notification stands at one destination. */
export interface DeliveryReceipt {
  /** The destination's name. */
  readonly to: string;
  readonly status: MessageStatus;
  /** Telegram's ids, once sent. */
  readonly messageIds: readonly number[];
  /** Why it failed, a sentence. */
  readonly error?: string;
}

/** Where an accepted notification stands. */
export interface Receipt {
  /** The sender's idempotency id, or one made here. */
  readonly id: string;
  readonly status: ReceiptStatus;
  /** Telegram's ids, once sent to its one destination. */
  readonly messageIds: readonly number[];
  /** Why it failed, a sentence. */
  readonly error?: string;
  /** When it is to be sent, ISO 8601, while it waits for that. */
  readonly sendAt?: string;
  /** The person's quiet hours or digest hold it back; only of one destination, when it is accepted. */
  readonly isHeld?: true;
  /** One for each of its several destinations, in the sender's order; absent for one destination. */
  readonly deliveries?: readonly DeliveryReceipt[];
}

/** Statuses of a destination that misses nothing. */
const FINE: readonly MessageStatus[] = ['sent', 'muted', 'replaced', 'summarized'];

/** How a notification as a whole stands. */
function overallStatus(deliveries: readonly DeliveryReceipt[]): ReceiptStatus {
  const statuses = new Set(deliveries.map(({ status }) => status));
  if (statuses.has('queued')) return 'queued';
  const [only] = statuses;
  if (only !== undefined && statuses.size === 1) return only;
  const isMissing = statuses.has('failed') || statuses.has('unknown');
  const isFine = FINE.some((status) => statuses.has(status));
  if (isFine) return isMissing ? 'partial' : 'sent';
  return isMissing ? 'unknown' : 'deleted';
}

/** The receipt of a notification for several destinations. */
export function receiptOfSeveral(id: string, deliveries: readonly DeliveryReceipt[]): Receipt {
  return { id, status: overallStatus(deliveries), messageIds: [], deliveries };
}
