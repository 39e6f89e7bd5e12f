/** The shortest time between two sends: decided here, with the clock passed in. */

/** Unless the script or its header says otherwise: an hour, in milliseconds. */
export const DEFAULT_COOLDOWN_MS = 3_600_000;

/**
 * How far ahead of the clock a send may lie and still be believed, in ms: clocks are set back by seconds. Beyond that
 * the time was written under a wrong clock, and believing it could silence a script for years.
 */
const BELIEVED_AHEAD_MS = 5 * 60_000;

/**
 * Milliseconds until the next send may be; 0 when it may be now.
 *
 * @param sends Unix times in ms of what was sent or waits to be handed over
 * @param cooldown ms
 */
export function cooldownLeft(sends: readonly number[], cooldown: number, now: number): number {
  const waits = sends
    .filter((sent) => sent - now <= BELIEVED_AHEAD_MS)
    .map((sent) => Math.min(sent, now) + cooldown - now);
  return Math.max(0, ...waits);
}
