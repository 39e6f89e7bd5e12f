import type { Summary } from './delivery.ts';

/** One line of the history. */
export interface HistoryRecord extends Summary {
  readonly id: string;
  readonly delivery: string;
  readonly digest?: string;
  readonly user: string;
  readonly uid?: number;
  readonly chat_id: number;
  readonly status: 'sent' | 'failed' | 'muted';
  readonly accepted_at: string;
  readonly finished_at: string;
  readonly message_ids: readonly number[];
  readonly error?: string;
  /** Milliseconds from its acceptance until the far side had all of it; of a repeated one nobody asks. */
  readonly delivery_ms?: number;
  /** Tries of its last step that were in vain. */
  readonly attempts?: number;
  /** What the far side calls its files, in their order; `null` for one that it gave no name. */
  readonly file_ids?: readonly (string | null)[];
  /** The failed delivery that this one repeats. */
  readonly retry_of?: string;
}

const STATUSES: ReadonlySet<unknown> = new Set(['sent', 'failed', 'muted']);

/** Reads a line; `undefined` for one that a crash tore. */
export function parseRecord(line: Buffer): HistoryRecord | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    if (typeof value !== 'object' || value === null || !('status' in value)) return undefined;
    return STATUSES.has(value.status) ? (value as HistoryRecord) : undefined;
  } catch {
    return undefined;
  }
}
