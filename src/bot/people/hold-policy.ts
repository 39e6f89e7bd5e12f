/** Decides what is held back for a person, and when the summary is due, from settings and times. Pure. */
import type { Passes } from '../../core/notification.ts';
import { isOpen, nextChange } from '../../shared/time/open-windows.ts';
import type { Preferences } from './read-settings.ts';

/** The input of the decisions from a notification. */
export interface Holdable {
  readonly severity?: string;
  readonly passes?: Passes;
}

/** A held notification. */
export interface HeldItem extends Holdable {
  /** Since when, ms since 1970. */
  readonly since: number;
}

/** Low enough for a digest. */
const isMild = ({ severity }: Holdable): boolean => severity === 'info' || severity === 'low';

/** Whether a notification for a person's own chat is held back. @param now ms since 1970 */
export function isHeldBack(preferences: Preferences, what: Holdable, now: number): boolean {
  if (what.severity === 'critical' || what.passes?.quiet === true) return false;
  return (preferences.digestMs !== undefined && isMild(what)) || isOpen(preferences.quiet, now);
}

/** When the quiet hours in effect end, ms since 1970; `now` if none are in effect. */
export function endOfQuiet({ quiet }: Preferences, at: number): number {
  // Windows that never end are ignored.
  return isOpen(quiet, at) ? (nextChange(quiet, at) ?? at) : at;
}

/**
 * When the summary is due: at the end of the quiet hours in effect, if any. Otherwise a digest's length after the first
 * `info` or `low` message, or now if any other message is held. A digest due in quiet hours is sent at their end.
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
