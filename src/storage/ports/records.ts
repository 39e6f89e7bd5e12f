import type { JsonObject } from '../../shared/json/json-object.ts';

/** One record of a feature. */
export interface StoredRecord {
  /** What it is, such as `alert` or `group`. */
  readonly kind: string;
  /** Names it among those of its kind. */
  readonly key: string;
  readonly value: JsonObject;
}

/** A record's new value; `undefined` removes it. */
export interface RecordChange {
  readonly kind: string;
  readonly key: string;
  readonly value: JsonObject | undefined;
}

/**
 * The records of one feature that decides in memory and writes each change down before it acts on it.
 *
 * Promises: a write is durable when it resolves; of one write either all changes are kept or none, also after a crash;
 * writes count in the order in which they were called, and those that are called during a sync share the next one. A write
 * that throws has changed nothing.
 *
 * @example
 * for (const { kind, key, value } of await records.open()) restore(kind, key, value);
 * await records.write([{ kind: 'silence', key: 'a1', value: { until: 1_769_774_400_000 } }]);
 */
export interface Records {
  /** Every record; called once, before the first write. @throws Problem `records_unreadable`, `storage` */
  open(): Promise<readonly StoredRecord[]>;
  /** @throws Problem `storage` */
  write(changes: readonly RecordChange[]): Promise<void>;
  /** Ends what goes on in the background. */
  close(): Promise<void>;
}
