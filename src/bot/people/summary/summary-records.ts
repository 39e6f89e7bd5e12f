/**
 * Summaries in progress, one per person: which deliveries each replaces, and which follow it. Durable before the summary
 * is sent, so that no held delivery is ever included in two summaries.
 */
import type { JsonObject } from '../../../shared/json/json-object.ts';
import type { Records, StoredRecord } from '../../../storage/ports.ts';

/** A summary that is being sent, or whose deliveries are being settled. */
export interface PendingSummary {
  /** The id of its notification. */
  readonly id: string;
  readonly user: string;
  readonly uid: number | undefined;
  /** When it was planned, ms since 1970. */
  readonly at: number;
  /** Deliveries that it replaces. */
  readonly told: readonly string[];
  /** Deliveries that follow it unchanged. */
  readonly own: readonly string[];
  /** Too many deliveries were held, so it is sent in quiet hours, without a sound. */
  readonly isEarly: boolean;
  /** All of it is `info` or `low`, as a digest gathers. */
  readonly isMild: boolean;
}

const KIND = 'summary';

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** Reads a record; `undefined` for a record of another release with other contents. */
function pendingIn({ kind, key: user, value }: StoredRecord): PendingSummary | undefined {
  const { id, uid, at, told, own, early, mild } = value;
  if (kind !== KIND || typeof id !== 'string' || typeof at !== 'number' || !isTexts(told) || !isTexts(own)) return;
  const known = typeof uid === 'number' ? uid : undefined;
  return { id, user, uid: known, at, told, own, isEarly: early === true, isMild: mild === true };
}

const fieldsOf = ({ id, uid, at, told, own, isEarly, isMild }: PendingSummary): JsonObject => ({
  id,
  ...(uid !== undefined && { uid }),
  at,
  told: [...told],
  own: [...own],
  ...(isEarly && { early: true }),
  ...(isMild && { mild: true }),
});

/** @see createSummaryRecords */
export interface SummaryRecords {
  /** The summaries that an earlier process left unfinished. @throws Problem `records_unreadable`, `storage` */
  open(): Promise<void>;
  of(user: string): PendingSummary | undefined;
  /** The people whose summaries are in progress. */
  users(): readonly string[];
  /** @throws Problem `storage` */
  begin(summary: PendingSummary): Promise<void>;
  /** @throws Problem `storage` */
  end(user: string): Promise<void>;
  close(): Promise<void>;
}

/** Creates the records; the storage is opened later. */
export function createSummaryRecords(records: Records): SummaryRecords {
  const pending = new Map<string, PendingSummary>();
  return {
    async open() {
      for (const stored of await records.open()) {
        const found = pendingIn(stored);
        if (found !== undefined) pending.set(found.user, found);
      }
    },
    of: (user) => pending.get(user),
    users: () => [...pending.keys()],
    async begin(summary) {
      await records.write([{ kind: KIND, key: summary.user, value: fieldsOf(summary) }]);
      pending.set(summary.user, summary);
    },
    async end(user) {
      await records.write([{ kind: KIND, key: user, value: undefined }]);
      pending.delete(user);
    },
    close: () => records.close(),
  };
}
