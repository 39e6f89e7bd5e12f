import type { Problem } from '../../../core/problem.ts';

/** The last sign of life of a person's runner. */
export interface RunnerBeat {
  readonly user: string;
  readonly uid: number;
  /** When it came, ms since 1970. */
  readonly at: number;
  /** Until when the next is expected, ms since 1970. */
  readonly expectedBy: number;
  /** When its absence was reported, ms since 1970; `undefined` until then. */
  readonly reportedAt?: number;
}

/** When each person's runner last gave a sign of life. Every function throws Problem `beats_unreadable`, changes `storage`. */
export interface Beats {
  /** Stores a beat durably; it replaces the user's last. @returns that one, when it was of the same uid */
  note(beat: Omit<RunnerBeat, 'reportedAt'>): Promise<RunnerBeat | undefined>;
  /** Marks the absence as reported. @returns whether it was not, and no beat has come since `beat` */
  markReported(beat: RunnerBeat, at: number): Promise<boolean>;
  /** Forgets a user, whose absence is then no news. */
  forget(user: string): Promise<void>;
  all(): Promise<readonly RunnerBeat[]>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}
