/** Timed changes of an alert: its end, the expiry of acknowledgement and silence, and its removal. */
import { type Alert, isResolved } from '../../../core/alerts/alert.ts';
import { LISTED_AFTER_END_MS } from '../../../core/alerts/limits.ts';
import { ended } from '../../../core/alerts/merge.ts';

/** When the next timed change of an alert is due, ms since 1970; `undefined` if it fires until resolved. */
export function alertDueAt({ endsAt, resolvedAt, acknowledgement, silence }: Alert): number | undefined {
  if (resolvedAt !== undefined) return Math.max(resolvedAt + LISTED_AFTER_END_MS, silence?.until ?? 0);
  const moments = [endsAt, acknowledgement?.until, silence?.until].flatMap((at) => at ?? []);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** The result of a timed change. */
export type Passing =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'forget' }
  | { readonly kind: 'ended'; readonly alert: Alert }
  | { readonly kind: 'audible'; readonly alert: Alert }
  | { readonly kind: 'expired'; readonly alert: Alert; readonly by: string };

/** Makes one change; if more are due, call again. @param now ms since 1970 */
export function passTime(alert: Alert, now: number): Passing {
  const { resolvedAt, endsAt, acknowledgement, silence } = alert;
  if (resolvedAt !== undefined) return { kind: (alertDueAt(alert) ?? now) <= now ? 'forget' : 'nothing' };
  if (isResolved(alert, now)) return { kind: 'ended', alert: ended(alert, endsAt ?? now, now) };
  if (acknowledgement !== undefined && acknowledgement.until <= now) {
    const { acknowledgement: _, ...rest } = alert;
    return { kind: 'expired', alert: rest, by: acknowledgement.by };
  }
  if (silence !== undefined && silence.until <= now) {
    const { silence: _, ...rest } = alert;
    return { kind: 'audible', alert: rest };
  }
  return { kind: 'nothing' };
}
