/**
 * How much goes to the actor at one time. The actor serves 32 requests at once: 24 runs, 6 questions, one that stands by,
 * and one that looks for runs.
 */
import type { ConcurrencyLimits } from '../../shared/fairness/concurrency-limit.ts';

/** Runs. A run may last for a day, so a few accounts must leave some places: the fewer are free, the fewer for each. */
export const RUNS: ConcurrencyLimits = { perParty: 4, overall: 24, shareOfFree: 1 / 3 };
/** Questions: lists of scripts, logs, and stops of runs. */
export const QUESTIONS: ConcurrencyLimits = { perParty: 2, overall: 6 };
/** How long a question waits for its turn, milliseconds. */
export const QUESTION_WAIT_MS = 5_000;
