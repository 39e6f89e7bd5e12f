import { setTimeout as sleep } from 'node:timers/promises';
import { classify } from '../telegram/classify.ts';

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;
/** After a day the message tells nobody anything. */
const LONGEST_MS = 24 * 3_600_000;

/**
 * Repeats a call until Telegram takes it or refuses it for good.
 *
 * @param stopping ends it
 * @param onceFailed called after the first try, when another will be needed
 * @returns whether it is settled, so that nothing is left to say
 */
export async function retryUntilFinal(
  call: () => Promise<void>,
  stopping: AbortSignal,
  onceFailed: () => Promise<void>,
): Promise<boolean> {
  const began = performance.now();
  for (let wait = 0; !stopping.aborted && performance.now() - began < LONGEST_MS; ) {
    try {
      await call();
      return true;
    } catch (error) {
      const outcome = classify(error);
      if (outcome.kind !== 'retry') return true;
      if (wait === 0) await onceFailed();
      wait = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, wait * 2));
      await sleep(Math.max(wait, outcome.after ?? 0), undefined, { signal: stopping }).catch(() => {});
    }
  }
  return !stopping.aborted;
}
