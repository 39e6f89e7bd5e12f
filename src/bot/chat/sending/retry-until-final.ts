import { attempts } from '../../../shared/process/retry.ts';
import { classify } from '../../telegram/classify.ts';

/** After a day the message is of no use to anybody. */
const POLICY = { firstMs: 5_000, longestMs: 60_000, withinMs: 24 * 3_600_000 };

/** How it ended: Telegram accepted the call, refused it permanently, was away for a day, or the service stops. */
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
): Promise<FinalResult> {
  for await (const attempt of attempts(POLICY, stopping)) {
    try {
      await call();
      return 'accepted';
    } catch (error) {
      const outcome = classify(error);
      if (outcome.kind !== 'retry') return 'refused';
      if (attempt.number === 1) await onceFailed();
      attempt.waitAtLeast(outcome.after ?? 0);
    }
  }
  return stopping.aborted ? 'stopped' : 'expired';
}
