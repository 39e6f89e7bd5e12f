import type { RunWarning, SubmitFailure } from '../outcomes.ts';
import type { RunContext } from './run-context.ts';
import { takeScriptLock } from './script-lock.ts';

/**
 * Delivers what waits from sources other than `running`, oldest first. A source whose script is run by another runner is
 * left to that one.
 *
 * @returns why some still wait; `undefined` when none does. Never rejects
 */
export async function redeliverOthers(
  { delivery, waiting }: RunContext,
  running: ReadonlySet<string>,
): Promise<RunWarning | undefined> {
  let failure: SubmitFailure | undefined;
  try {
    for (const { source, redeliver } of waiting) {
      if (running.has(source)) continue;
      const lock = takeScriptLock(delivery.stateDir, source);
      if (lock === undefined) continue;
      try {
        failure = (await redeliver(delivery)) ?? failure;
      } finally {
        lock.release();
      }
    }
  } catch (error) {
    failure = { code: 'problem', error };
  }
  return failure && { code: 'still_waiting', failure };
}
