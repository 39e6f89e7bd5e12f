/** When a missing beat is reported. */
import type { ExpectedBeat, RunnerBeat } from '../../storage/ports.ts';

/** How long a beat may be late, ms: cron starts a run late on a busy computer, and a run may wait for a lock. */
export const GRACE_MS = 2 * 3_600_000;
/** How long runners have after a start of the service, ms: each sends a beat once an hour. */
export const SETTLE_MS = 3_600_000;
/** Older beats are removed, ms: that person has left. */
export const FORGET_MS = 400 * 24 * 3_600_000;

export type Silence = 'none' | 'silent' | 'gone';

/**
 * Judges a person's last beat.
 *
 * @param awakeSince since when the service, and so the computer, has run without a pause, ms since 1970: before that no
 * cron ran
 */
export function judgeSilence({ at, expectedBy }: RunnerBeat, now: number, awakeSince: number): Silence {
  if (now - at > FORGET_MS && now - expectedBy > FORGET_MS) return 'gone';
  return now > Math.max(expectedBy, awakeSince + SETTLE_MS) + GRACE_MS ? 'silent' : 'none';
}

/** When a job counts as absent, ms since 1970. @param awakeSince as for `judgeSilence` */
export function lateFrom({ at, everyMs, graceMs }: ExpectedBeat, awakeSince: number): number {
  return Math.max(at + everyMs, awakeSince + Math.min(everyMs, SETTLE_MS)) + graceMs;
}

/** Whether a job has sent no beat for so long that it is no longer expected. @param now ms since 1970 */
export const isForgotten = ({ at, everyMs }: ExpectedBeat, now: number): boolean => now - at > everyMs + FORGET_MS;
