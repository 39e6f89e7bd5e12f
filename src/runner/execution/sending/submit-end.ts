import type { DeliveryResult } from '../../delivery/deliver.ts';
import type { RunEnd } from '../../outcomes.ts';

/** How the bot's answer, or its absence, ends a notification or an alert. An alert that is over is no alert any more. */
export function endOfSubmit(result: DeliveryResult): RunEnd {
  if (result.kind === 'accepted') {
    const { status, unsendable, refused } = result;
    return status === 'resolved' ? { outcome: 'quiet' } : { outcome: status, unsendable, refused };
  }
  const { kind, failure, stored } = result;
  if (kind === 'unavailable' && stored) return { outcome: 'waiting', failure };
  return {
    outcome: 'failed',
    failure: { code: kind === 'refused' ? 'refused' : 'not_kept', failure },
    stderr: '',
  };
}
