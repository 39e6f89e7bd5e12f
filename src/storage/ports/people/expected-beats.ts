import type { KnownAccount } from '../../../core/account.ts';
import type { Problem } from '../../../core/problem.ts';

/** A job that says when it has run, and how often it is to. */
export interface ExpectedBeat {
  readonly owner: KnownAccount;
  /** The owner's name for the job. */
  readonly name: string;
  /** From the header of a script, whose runner ends it when the header does. */
  readonly isScript: boolean;
  /** How far apart two beats may be, ms, and how late the next may be beyond that. */
  readonly everyMs: number;
  readonly graceMs: number;
  /** Where an absence is told instead of the default. */
  readonly to?: readonly string[];
  /** The last beat, or since when it is expected, ms since 1970. */
  readonly at: number;
  /** When its absence was reported, ms since 1970; `undefined` until then. */
  readonly reportedAt?: number;
}

/**
 * The beats that jobs of people are expected to send. What is answered is durable. Every function throws Problem
 * `beats_unreadable`, changes `storage`.
 */
export interface ExpectedBeats {
  /**
   * Changes those of an account: what is new or changed replaces those of the same names, and `gone` names those that end.
   * @param change from what they are by then
   * @returns as they were before
   * @throws Problem `too_many_beats`; what `change` throws
   */
  change(
    owner: KnownAccount,
    change: (now: readonly ExpectedBeat[]) => {
      readonly beats: readonly ExpectedBeat[];
      readonly gone?: readonly string[];
    },
  ): Promise<readonly ExpectedBeat[]>;
  /** Marks an absence as reported. @returns whether it was not, and no beat has come since */
  markReported(beat: ExpectedBeat, at: number): Promise<boolean>;
  /** Those of one account, or all. */
  all(owner?: KnownAccount): Promise<readonly ExpectedBeat[]>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}
