/** Changes of an alert by people, as functions of the alert. Times are ms since 1970. */
import type { Alert, AlertComment } from '../../../core/alerts/alert.ts';
import { LONGEST_HOLD_MS, MOST_COMMENTS } from '../../../core/alerts/limits.ts';
import { ended } from '../../../core/alerts/merge.ts';

/** A person's name as others see it, and the time. */
export interface By {
  readonly by: string;
  readonly now: number;
}

const withComment = (alert: Alert, comment: AlertComment): readonly AlertComment[] =>
  [...(alert.comments ?? []), comment].slice(-MOST_COMMENTS);

const endOf = (now: number, forMs: number) => now + Math.min(forMs, LONGEST_HOLD_MS);

/** Stops repeats and escalation for a time, ms. */
export function acknowledged(alert: Alert, { by, now }: By, forMs: number, comment?: string): Alert {
  const said = comment === undefined ? {} : { comment };
  return {
    ...alert,
    acknowledgement: { by, at: now, until: endOf(now, forMs), ...said },
    ...(comment !== undefined && { comments: withComment(alert, { by, at: now, text: comment }) }),
    updatedAt: now,
  };
}

/** Withdraws an acknowledgement. */
export function unacknowledged(alert: Alert, now: number): Alert {
  const { acknowledgement: _, ...rest } = alert;
  return { ...rest, updatedAt: now };
}

/** Silences it for a time, ms; 0 removes the silence. */
export function silenced(alert: Alert, { by, now }: By, forMs: number): Alert {
  const { silence: _, ...rest } = alert;
  return { ...rest, ...(forMs > 0 && { silence: { by, until: endOf(now, forMs) } }), updatedAt: now };
}

/** Resolves it by hand. */
export function resolved(alert: Alert, { by, now }: By): Alert {
  const comments = withComment(alert, { by, at: now, text: 'Resolved by hand.' });
  return { ...ended(alert, now, now), comments };
}

/** Adds a comment. */
export const commented = (alert: Alert, { by, now }: By, text: string): Alert => ({
  ...alert,
  comments: withComment(alert, { by, at: now, text }),
  updatedAt: now,
});
