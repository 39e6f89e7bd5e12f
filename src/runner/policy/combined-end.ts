/** A run with several notifications as a whole. */
import type { NotificationEnd, RunEnd } from '../outcomes.ts';

/** What matters more to the script's owner comes first. */
const RANKS: readonly RunEnd['outcome'][] = [
  'failed',
  'waiting',
  'firing',
  'queued',
  'sent',
  'muted',
  'would-send',
  'cooldown',
  'quiet',
];

/** The end that matters most; a run without any notification has no alert. */
export function mainEnd(ends: readonly NotificationEnd[]): RunEnd {
  const [first] = ends.map(({ end }) => end).toSorted((a, b) => RANKS.indexOf(a.outcome) - RANKS.indexOf(b.outcome));
  return first ?? { outcome: 'quiet' };
}
