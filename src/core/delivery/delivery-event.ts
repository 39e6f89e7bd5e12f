import type { Delivery } from './delivery.ts';
import type { HistoryRecord, SettledStatus } from './history-record.ts';

/** A delivery changed its state, and the new state is on disk. */
export type DeliveryEvent =
  | { readonly change: 'queued' | 'retrying'; readonly delivery: Delivery<unknown> }
  | { readonly change: SettledStatus; readonly record: HistoryRecord };
