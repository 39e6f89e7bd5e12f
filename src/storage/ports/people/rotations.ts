import type { Problem } from '../../../core/problem.ts';

/** Somebody stands in on a rotation; times are milliseconds since 1970. */
export interface StoredOverride {
  readonly person: string;
  readonly from: number;
  readonly until: number;
  /** The name of the account that said so. */
  readonly by: string;
}

/** Who was last known to be on call. */
export interface KnownOnCall {
  readonly person: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** The id of the notice that is still to be sent; absent once it is. */
  readonly notice?: string;
}

/** What is stored of a rotation, beside what the rules say of it. */
export interface StoredRotation {
  /** In the order in which they were said. */
  readonly overrides: readonly StoredOverride[];
  readonly onCall?: KnownOnCall;
}

/** Overrides of rotations, and who was told that they are on call, by the name of the rotation. */
export interface Rotations {
  /** @throws Problem `rotations_unreadable` */
  all(): Promise<ReadonlyMap<string, StoredRotation>>;
  /**
   * Replaces what is stored of a rotation; without overrides and anybody on call its entry is removed.
   *
   * @param change gets what is stored now
   * @throws Problem `too_many_overrides`, `rotations_unreadable`, `storage`; what `change` throws
   */
  change(name: string, change: (stored: StoredRotation) => StoredRotation): Promise<StoredRotation>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}
