/** The shortest time between two sends. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How far ahead of the clock a send may lie and still count, in ms: clocks are set back by seconds. A time beyond that
 * was written under a wrong clock, and could otherwise silence a script for years.
 */
const MAX_AHEAD_MS = 5 * 60_000;

/** How much earlier than its cooldown a send may come, ms: cron and a busy computer start a run late by seconds. */
const MAX_SLACK_MS = 60_000;
const SLACK_SHARE = 0.1;

/**
 * The cooldown of a script whose output gives none, ms: that of its header, else an hour, or none where a schedule
 * already spaces its runs.
 */
export function defaultCooldown({
  cooldown,
  schedule,
}: {
  readonly cooldown?: number;
  readonly schedule?: string;
}): number {
  return cooldown ?? (schedule === undefined ? HOUR_MS : 0);
}

const minutesWestOfUtc = (time: number) => new Date(time).getTimezoneOffset();

/**
 * Milliseconds until the next send is allowed; 0 when it is allowed now. A minute less than the cooldown will do, or a
 * tenth less where that is shorter, so that a schedule and a cooldown of the same length lose nothing.
 *
 * @param sends Unix times in ms of the runs whose notifications were sent or wait to be sent: the scheduled moment, or
 *   the start
 * @param cooldown ms; in one of days, a day of 23 hours is a day
 * @param offset the time zone's minutes west of UTC at a time; that of the process unless given
 */
export function cooldownLeft(
  sends: readonly number[],
  cooldown: number,
  now: number,
  offset: (time: number) => number = minutesWestOfUtc,
): number {
  const slack = Math.min(MAX_SLACK_MS, cooldown * SLACK_SHARE);
  const waits = sends
    .filter((sent) => sent - now <= MAX_AHEAD_MS)
    .map((sent) => {
      const since = Math.min(sent, now);
      const lost = cooldown >= DAY_MS ? Math.max(0, offset(since) - offset(now)) * 60_000 : 0;
      return since + cooldown - now - lost;
    });
  const left = Math.max(0, ...waits);
  return left <= slack ? 0 : left;
}
