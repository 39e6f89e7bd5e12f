/** What is held back for a person, and when the summary tells of it: decisions over settings and times. Pure. */
import type { Passes } from '../../core/notification.ts';
import { isOpen, nextChange } from '../../shared/time/open-windows.ts';
import type { Preferences } from './read-settings.ts';

/** What the decisions see of a notification. */
export interface Holdable {
  readonly severity?: string;
  readonly passes?: Passes;
}

/** A held notification. */
export interface HeldItem extends Holdable {
  /** Since when, ms since 1970. */
  readonly since: number;
}

/** Mild enough for a digest. */
const isMild = ({ severity }: Holdable): boolean => severity === 'info' || severity === 'low';

/** Whether a notification for a person's own chat is held back at a moment. @param now ms since 1970 */
export function isHeldBack(preferences: Preferences, what: Holdable, now: number): boolean {
  if (what.severity === 'critical' || what.passes?.quiet === true) return false;
  return (preferences.digestMs !== undefined && isMild(what)) || isOpen(preferences.quiet, now);
}

/** When the quiet hours that hold at a moment end, ms since 1970; the moment itself where none hold. */
export function endOfQuiet({ quiet }: Preferences, at: number): number {
  // Windows that never close count as none.
  return isOpen(quiet, at) ? (nextChange(quiet, at) ?? at) : at;
}

/**
 * When the summary tells of what is held: at the end of the quiet hours that hold, if any. Otherwise a digest's length after the
 * first mild one came, or, where anything else is held, now. A digest that would come in quiet hours comes at their end.
 *
 * @param held at least one
 * @param now ms since 1970
 * @returns ms since 1970, not before `now`
 */
export function summaryAt(preferences: Preferences, held: readonly HeldItem[], now: number): number {
  const end = endOfQuiet(preferences, now);
  if (end > now) return end;
  const { digestMs } = preferences;
  if (digestMs === undefined || !held.every(isMild)) return now;
  const first = held.reduce((least, { since }) => Math.min(least, since), now);
  return endOfQuiet(preferences, Math.max(now, first + digestMs));
}
