/** When a script's failure is told: once, then quiet; and once that it works again. Pure, the clock passed in. */

/** A script that doesn't work at the moment, as its state file remembers it. */
export interface OngoingFailure {
  /** Unix seconds of the first failure. */
  readonly since: number;
  /** Unix seconds when its owner was told of this failing, if they were. */
  readonly told_at?: number;
}

/** What is remembered of a script's failures. */
export interface Failures {
  readonly failing?: OngoingFailure;
  /** Unix seconds when a failure was told last, kept over a recovery: one that comes and goes is not told each time. */
  readonly failureTold?: number;
}

/** What to do after a run. */
interface Verdict {
  readonly tell: 'failure' | 'recovery' | undefined;
  /** What to remember from now on. */
  readonly next: Failures;
}

interface Outcome {
  readonly failed: boolean;
  /** Whether the owner wants to hear of failures. */
  readonly telling: boolean;
  /** Milliseconds of quiet after telling. */
  readonly quiet: number;
}

/** @param now Unix time in ms */
export function decideFailureAlert({ failing, failureTold }: Failures, outcome: Outcome, now: number): Verdict {
  const seconds = now / 1000;
  const told = Math.max(failing?.told_at ?? -Infinity, failureTold ?? -Infinity);
  const toldAgo = now - told * 1000;
  // A clock that went back: told again rather than never.
  const due = toldAgo >= outcome.quiet || toldAgo < 0;
  const kept = due ? {} : { failureTold: told };
  if (!outcome.failed) {
    const tell = failing?.told_at !== undefined && outcome.telling ? 'recovery' : undefined;
    return { tell, next: kept };
  }
  const fails = failing ?? { since: seconds };
  if (!outcome.telling || !due) return { tell: undefined, next: { failing: fails, ...kept } };
  return { tell: 'failure', next: { failing: { ...fails, told_at: seconds }, failureTold: seconds } };
}
