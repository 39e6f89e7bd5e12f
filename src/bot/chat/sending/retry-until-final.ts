import { setTimeout as sleep } from 'node:timers/promises';
import { classify } from '../../telegram/classify.ts';

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;
/** After a day the message is of no use to anybody. */
const LONGEST_MS = 24 * 3_600_000;

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
  const began = performance.now();
  for (let wait = 0; !stopping.aborted && performance.now() - began < LONGEST_MS; ) {
    try {
      await call();
      return 'accepted';
    } catch (error) {
      const outcome = classify(error);
      if (outcome.kind !== 'retry') return 'refused';
      if (wait === 0) await onceFailed();
      wait = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, wait * 2));
      await sleep(Math.max(wait, outcome.after ?? 0), undefined, { signal: stopping }).catch(() => {});
    }
  }
  return stopping.aborted ? 'stopped' : 'expired';
}
