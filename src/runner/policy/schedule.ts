/** Cron schedules. This is the only file that loads the package for them: most runs of the runner need none. */
import { Cron } from 'croner';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { dueSince } from './due-since.ts';

/** A schedule at the time when it was read. */
export interface CronSchedule {
  /** The next scheduled time, Unix time in ms. */
  readonly next: number;
  /** The last scheduled time, Unix time in ms; `undefined` where there was none. */
  readonly previous: number | undefined;
  /**
   * Whether a scheduled time has come since the script last ran. One that passed while the computer was off counts.
   *
   * @param lastRun Unix time in ms of the last run, or of the first time the script was seen
   */
  isDue(lastRun: number | undefined): boolean;
}

const refused = (text: string, why: string, cause?: unknown) =>
  new Problem('bad_schedule', `# notify: schedule: ${JSON.stringify(text)} ${why}`, { cause });

function parse(text: string): Cron {
  const trimmed = text.trim();
  const isName = trimmed.startsWith('@');
  if (/^@reboot$/i.test(trimmed)) {
    throw refused(text, 'is no time of day: put a line "@reboot notify-runner run NAME" into your crontab.');
  }
  const notCron = (why: string, cause?: unknown) =>
    refused(text, `is not a cron schedule such as "0 9 * * 1-5" (${why}).`, cause);
  if (!isName && trimmed.split(/\s+/).length !== 5) throw notCron('it needs five fields');
  try {
    // As in crontab(5): with a day of the month and a day of the week, either will do.
    return new Cron(trimmed, { paused: true, mode: isName ? 'auto' : '5-part' });
  } catch (error) {
    throw notCron(sentenceOf(error), error);
  }
}

/**
 * Reads a schedule in the time zone of the process.
 *
 * @param text five fields of crontab(5), or a name such as `@daily`
 * @param now Unix time in ms
 * @throws Problem `bad_schedule`, also for one that never comes
 */
export function parseSchedule(text: string, now: number): CronSchedule {
  const cron = parse(text);
  const after = (time: number) => {
    const next = cron.nextRun(new Date(time))?.getTime();
    if (next === undefined) throw refused(text, 'never comes.');
    return next;
  };
  const previous = () => cron.previousRuns(1, new Date(now + 1))[0]?.getTime();
  return {
    next: after(now),
    get previous() {
      return previous();
    },
    isDue: (lastRun) => after(dueSince(lastRun, now)) <= now,
  };
}
