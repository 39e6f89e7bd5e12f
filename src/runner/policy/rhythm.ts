/**
 * When scripts without a schedule run where cron starts the runner more often than they should: in rounds, `NOTIFY_EVERY`
 * apart. Also how the starts of a server's users are spread, so that a thousand crontabs don't start at the same moment.
 */

const MINUTE_MS = 60_000;
/** Seconds within the minute over which starts are spread: less than a minute, so that schedules are met to the minute. */
const SPREAD_S = 40;
/** Accounts are numbered one after the other; a step without a common divisor with the spread reaches each second of it. */
const STEP = 7;
/** The first uid of a person, login.defs(5). */
const FIRST_UID = 1000;

/**
 * The beginning of the round in which a moment lies, Unix time in ms. Rounds begin at a whole minute, another one for the
 * next uid.
 *
 * @param now Unix time in ms
 * @param every the length of a round, ms
 */
export function roundStart(now: number, every: number, uid: number): number {
  const offset = (uid * MINUTE_MS) % every;
  return Math.floor((now - offset) / every) * every + offset;
}

/** How many seconds a user's due runs wait after cron started them, from 0 to 39; 0 for a server's first person. */
export const startDelay = (uid: number): number => (Math.abs(uid - FIRST_UID) * STEP) % SPREAD_S;
