import type { Delivery } from './delivery.ts';
import type { HistoryRecord } from './history-record.ts';

/** A delivery changed its state, and the new state is on disk. */
export type DeliveryEvent =
  | { readonly change: 'queued' | 'retrying'; readonly delivery: Delivery<unknown> }
  | { readonly change: 'sent' | 'failed' | 'muted'; readonly record: HistoryRecord };
