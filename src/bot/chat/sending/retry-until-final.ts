import { attempts, type RetryPolicy } from '../../../shared/process/retry.ts';
import { classify } from '../../telegram/classify.ts';

/** How a call is repeated. */
export interface FinalPolicy extends RetryPolicy {
  /** Further tries of a call that Telegram may have done, since its answer was lost: each may be a copy for its reader. */
  readonly mostUnconfirmed: number;
  /** Milliseconds before each of them. */
  readonly unconfirmedMs: number;
}

/** For a new message; after a day it is of no use to anybody. */
export const MESSAGE_POLICY: FinalPolicy = {
  firstMs: 5_000,
  longestMs: 60_000,
  withinMs: 24 * 3_600_000,
  mostUnconfirmed: 2,
  unconfirmedMs: 120_000,
};
/** For an edit, which makes no copy. */
export const EDIT_POLICY: FinalPolicy = {
  ...MESSAGE_POLICY,
  mostUnconfirmed: Number.POSITIVE_INFINITY,
  unconfirmedMs: 0,
};

/**
 * How it ended: Telegram accepted the call, refused it permanently, was away for a day or lost three answers, or the
 * service stops.
 */
export type FinalResult = 'accepted' | 'refused' | 'expired' | 'stopped';

/**
 * Repeats a call until Telegram accepts it or refuses it permanently.
 *
 * @param stopping ends the attempts
 * @param onceFailed called after the first attempt, when another one will follow
 */
export async function retryUntilFinal(
  call: () => Promise<void>,
  stopping: AbortSignal,
  onceFailed: () => Promise<void>,
  policy: FinalPolicy = MESSAGE_POLICY,
): Promise<FinalResult> {
  let unconfirmed = 0;
  for await (const attempt of attempts(policy, stopping)) {
    try {
      await call();
      return 'accepted';
    } catch (error) {
      const outcome = classify(error);
      if (outcome.kind !== 'retry') return 'refused';
      if (attempt.number === 1) await onceFailed();
      if (outcome.unconfirmed) unconfirmed += 1;
      if (unconfirmed > policy.mostUnconfirmed) return 'expired';
      attempt.waitAtLeast(outcome.after ?? (outcome.unconfirmed ? policy.unconfirmedMs : 0));
    }
  }
  return stopping.aborted ? 'stopped' : 'expired';
}
