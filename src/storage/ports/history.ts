import type { HistoryRecord } from '../../core/delivery/history-record.ts';
import type { OwnerScope } from '../../core/scope.ts';
import type { SettledLog } from '../../queue/ports.ts';

/** Which settled deliveries to find. */
export interface HistoryFilter {
  readonly scope: OwnerScope;
  readonly status?: HistoryRecord['status'];
  /** `null` for those without a source. */
  readonly source?: string | null;
  /** The notification's id. */
  readonly id?: string;
}

/** Where a record stands in the history. */
export interface HistoryPosition {
  /** UTC, `2026-01-30`. */
  readonly day: string;
  /** Rises within the day. */
  readonly at: number;
}

/** A record that was found. */
export interface HistoryMatch {
  readonly record: HistoryRecord;
  readonly position: HistoryPosition;
}

/** How the messages of one source ended. */
export interface SourceCounts {
  readonly source: string | null;
  readonly sent: number;
  readonly muted: number;
  readonly failed: number;
  /** How long delivery took. */
  readonly times: {
    /** The duration that a share of them (0 to 1) does not exceed, ms, to within five per cent; `undefined` without any. */
    quantile(share: number): number | undefined;
  };
}

/** The counts of one day. */
export interface DayCounts {
  /** UTC, `2026-01-30`. */
  readonly day: string;
  readonly sums: readonly SourceCounts[];
}

/** Settled deliveries of the last days, which people look up and count. */
export interface History extends SettledLog {
  /** Newest first, back to a time (ms since 1970), without failed ones that were sent again. @param before continues from there */
  find(filter: HistoryFilter, since: number, before?: HistoryPosition): AsyncIterable<HistoryMatch>;
  /** The counts of each day since a time (ms since 1970), oldest first. */
  counts(scope: OwnerScope, since: number): Promise<readonly DayCounts[]>;
  /** Removes days before a time (ms since 1970). */
  prune(before: number): Promise<void>;
  /** Ends writing. */
  close(): Promise<void>;
}
