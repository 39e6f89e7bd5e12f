/** The cron schedule of a script. */
import { Problem } from '../../core/problem.ts';
import { parseCron } from '../../shared/time/cron.ts';
import { dueSince } from './due-since.ts';

// Loaded with this file alone: most runs need no zone either.
export { headerZone, localZone, shownZone } from './time-zone.ts';

/** A schedule at the time when it was read. */
export interface CronSchedule {
  /** The next scheduled time, Unix time in ms. */
  readonly next: number;
  /** The last scheduled time, Unix time in ms; `undefined` where there was none. */
  readonly previous: number | undefined;
  /** The one before that. */
  readonly earlier: number | undefined;
  /** The zone in which it is read. */
  readonly zone: string;
  /**
   * Whether a scheduled time has come since the script last ran. One that passed while the computer was off counts.
   *
   * @param lastRun Unix time in ms of the last run, or of the first time the script was seen
   */
  isDue(lastRun: number | undefined): boolean;
}

const FIELD = '# notify: schedule';

const refused = (text: string, why: string) => new Problem('bad_schedule', `${FIELD}: ${JSON.stringify(text)} ${why}`);

/**
 * Reads a schedule.
 *
 * @param text five fields of crontab(5), or a name such as `@daily`
 * @param now Unix time in ms
 * @param zone the name of a time zone, such as `Europe/Berlin`
 * @throws Problem `bad_schedule`, also for one that never comes
 */
export function parseSchedule(text: string, now: number, zone: string): CronSchedule {
  if (/^@reboot$/i.test(text.trim())) {
    throw refused(text, 'is no time of day: put a line "@reboot notify-runner run NAME" into your crontab.');
  }
  const cron = parseCron(text, zone, FIELD);
  const after = (time: number) => {
    const next = cron.next(time);
    if (next === undefined) throw refused(text, 'never comes.');
    return next;
  };
  const last = (count: number) => cron.previous(now, count);
  return {
    next: after(now),
    get previous() {
      return last(1);
    },
    get earlier() {
      return last(2);
    },
    zone,
    isDue: (lastRun) => after(dueSince(lastRun, now)) <= now,
  };
}
