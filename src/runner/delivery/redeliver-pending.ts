/** What waits from scripts that don't run this time, or from none. */

import { takeScriptLock } from '../execution/script-lock.ts';
import { type DeliveryContext, deliverAgain } from './deliver.ts';
import type { Pending } from './pending.ts';

/**
 * Posts what waits from sources other than `running`, oldest first. One whose script runs elsewhere is left to that run.
 *
 * @returns why some still wait
 */
export async function redeliverPending(
  outlet: DeliveryContext,
  waiting: readonly Pending[],
  running: ReadonlySet<string>,
): Promise<string | undefined> {
  let why: string | undefined;
  for (const pending of waiting) {
    if (running.has(pending.source)) continue;
    const lock = takeScriptLock(outlet.stateDir, pending.source);
    if (lock === undefined) continue;
    try {
      why = (await deliverAgain(outlet, pending)) ?? why;
    } finally {
      lock.release();
    }
  }
  return why;
}
