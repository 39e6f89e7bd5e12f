/** When a script's failure is told: once, then quiet; and once that it works again. Pure, the clock passed in. */

/** A script that doesn't work at the moment, as its state file remembers it. */
export interface Failing {
  /** Unix seconds of the first failure. */
  readonly since: number;
  /** Unix seconds when its owner was told, if they were. */
  readonly told_at?: number;
}

/** What to do after a run. */
export interface Verdict {
  readonly tell: 'failure' | 'recovery' | undefined;
  /** What to remember from now on. */
  readonly next: Failing | undefined;
}

interface Outcome {
  readonly failed: boolean;
  /** Whether the owner wants to hear of failures. */
  readonly telling: boolean;
  /** Milliseconds of quiet after telling. */
  readonly quiet: number;
}

/** @param now Unix time in ms */
export function judgeFailing(before: Failing | undefined, outcome: Outcome, now: number): Verdict {
  const seconds = now / 1000;
  if (!outcome.failed) {
    const told = before?.told_at !== undefined && outcome.telling;
    return { tell: told ? 'recovery' : undefined, next: undefined };
  }
  const failing = before ?? { since: seconds };
  const toldAgo = failing.told_at === undefined ? Infinity : now - failing.told_at * 1000;
  // A clock that went back: told again rather than never.
  const due = toldAgo >= outcome.quiet || toldAgo < 0;
  if (!outcome.telling || !due) return { tell: undefined, next: failing };
  return { tell: 'failure', next: { ...failing, told_at: seconds } };
}
