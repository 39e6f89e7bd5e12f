/** When the runner tells the bot that cron runs it. */

const HOUR_MS = 3_600_000;
const SPREAD_MS = 5 * 60_000;
const SPREAD = 4;

/**
 * How long after a beat the next is due, ms: an hour, and up to fifteen minutes more, so that not everybody's runner
 * beats in the same minute.
 */
export const beatEvery = (uid: number): number => HOUR_MS + (uid % SPREAD) * SPREAD_MS;
