import { attempts } from '../../../shared/process/retry.ts';
import { classify } from '../../telegram/classify.ts';

/** After a day the message is of no use to anybody. */
const POLICY = { firstMs: 5_000, longestMs: 60_000, withinMs: 24 * 3_600_000, unconfirmedMs: 120_000 };

/** Further tries of a call that Telegram may have done, since its answer was lost: each may be a copy for its reader. */
const MOST_UNCONFIRMED = 2;
/**
 * How it ended: Telegram accepted the call, refused it permanently, was away for a day or lost three answers, or the
 * service stops.
 */
export type FinalResult = 'accepted' | 'refused' | 'expired' | 'stopped';

/**
 * Repeats a call until Telegram accepts it or refuses it permanently.
 *
 * @param stopping ends the attempts
 * @param policy milliseconds; `unconfirmedMs` before a further try of a call whose answer was lost
 * @param onceFailed called after the first attempt, when another one will follow
 */
export async function retryUntilFinal(
  call: () => Promise<void>,
  stopping: AbortSignal,
  onceFailed: () => Promise<void>,
  policy = POLICY,
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
      if (unconfirmed > MOST_UNCONFIRMED) return 'expired';
      attempt.waitAtLeast(outcome.after ?? (outcome.unconfirmed ? policy.unconfirmedMs : 0));
    }
  }
  return stopping.aborted ? 'stopped' : 'expired';
}
