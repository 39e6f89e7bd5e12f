/** How far a script may have been due before the runner first saw it, ms: cron starts the runner within the minute. */
const FIRST_SIGHT_MS = 60_000;

/**
 * The Unix time in ms after which a scheduled time makes a script due.
 *
 * @param lastRun Unix time in ms of the last run, or of the first time the script was seen
 */
export function dueSince(lastRun: number | undefined, now: number): number {
  // A clock that was set back must not silence a script until it has caught up.
  return lastRun === undefined || lastRun > now ? now - FIRST_SIGHT_MS : lastRun;
}
