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

/** Months have 28 to 31 days, ms. */
const MONTH_MS = 28 * DAY_MS;
const MONTH_SHARE = 1 - 28 / 31;

/**
 * How much shorter than its cooldown the time between two scheduled moments may be, ms: a month, or a year, is as long as
 * any other for a schedule, and a moment that the clock skips comes up to an hour late.
 */
function tolerated(cooldown: number): number {
  if (cooldown >= MONTH_MS) return cooldown * MONTH_SHARE;
  return cooldown >= DAY_MS / 2 ? HOUR_MS : 0;
}

/** What a scheduled run knows of its schedule. */
export interface ScheduleCalendar {
  /** The name of its time zone. */
  readonly zone: string;
  /** The scheduled moment before the run's own, Unix time in ms; `undefined` where there was none. */
  readonly earlier: number | undefined;
}

/** The time zone's minutes west of UTC at a time. @param zone that of the process unless given */
function minutesWest(time: number, zone: string | undefined): number {
  if (zone === undefined) return new Date(time).getTimezoneOffset();
  const options = { timeZone: zone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' } as const;
  const parts = new Intl.DateTimeFormat('en-US', options).formatToParts(time);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(2000 + of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return Math.round((time - shown) / 60_000);
}

/**
 * Milliseconds until the next send is allowed; 0 when it is allowed now. A minute less than the cooldown will do, or a
 * tenth less where that is shorter, so that a schedule and a cooldown of the same length lose nothing. For a scheduled run
 * an hour that the clock skips counts as one, and so does the shortest month as the longest.
 *
 * @param sends Unix times in ms of the runs whose notifications were sent or wait to be sent: the scheduled moment, or
 *   the start
 * @param cooldown ms; in one of days, a day of 23 hours is a day
 * @param calendar of a scheduled run
 */
export function cooldownLeft(
  sends: readonly number[],
  cooldown: number,
  now: number,
  calendar?: ScheduleCalendar,
): number {
  if (cooldown === 0) return 0;
  const slack = Math.min(MAX_SLACK_MS, cooldown * SLACK_SHARE);
  const earlier = calendar?.earlier;
  // The scheduled moment before this run's own holds nothing back, where the cooldown is as long as the schedule.
  const isNext = earlier !== undefined && cooldown - (now - earlier) <= tolerated(cooldown);
  const waits = sends
    .filter((sent) => sent - now <= MAX_AHEAD_MS && !(isNext && sent <= earlier + slack))
    .map((sent) => {
      const since = Math.min(sent, now);
      const waited = now - since;
      const isCalendar = calendar !== undefined || cooldown >= DAY_MS;
      if (!isCalendar || waited >= cooldown) return cooldown - waited;
      const skipped = minutesWest(since, calendar?.zone) - minutesWest(now, calendar?.zone);
      return cooldown - waited - Math.max(0, skipped) * 60_000;
    });
  const left = Math.max(0, ...waits);
  return left <= slack ? 0 : left;
}
