import type { Delivery } from './delivery.ts';
import type { HistoryRecord } from './history-record.ts';

/** A message has another state than before. */
export type DeliveryEvent =
  | { readonly change: 'queued' | 'retrying'; readonly delivery: Delivery<unknown> }
  | { readonly change: 'sent' | 'failed' | 'muted'; readonly record: HistoryRecord };
