/** The shortest time between two sends. */

/** Where neither the output nor the header gives one: an hour, in ms. */
export const DEFAULT_COOLDOWN_MS = 3_600_000;

/**
 * How far ahead of the clock a send may lie and still count, in ms: clocks are set back by seconds. A time beyond that
 * was written under a wrong clock, and could otherwise silence a script for years.
 */
const MAX_AHEAD_MS = 5 * 60_000;

/**
 * Milliseconds until the next send is allowed; 0 when it is allowed now.
 *
 * @param sends Unix times in ms of what was sent or waits to be sent
 * @param cooldown ms
 */
export function cooldownLeft(sends: readonly number[], cooldown: number, now: number): number {
  const waits = sends.filter((sent) => sent - now <= MAX_AHEAD_MS).map((sent) => Math.min(sent, now) + cooldown - now);
  return Math.max(0, ...waits);
}
