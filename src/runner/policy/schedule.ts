/** Cron schedules. This is the only file that loads the package for them: most runs of the runner need none. */
import { Cron } from 'croner';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { didYouMean } from '../../shared/text/did-you-mean.ts';
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

const refused = (text: string, why: string, cause?: unknown) =>
  new Problem('bad_schedule', `# notify: schedule: ${JSON.stringify(text)} ${why}`, { cause });

/** The names of crontab(5) for times of day. */
const NAMES = ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually'];

/** The numbers of a field; crontab(5). */
const MINUTES = 60;
const HOURS = 24;

/** One part of a list: `*`, `1-5`, either with a step such as `/10`. */
const RANGE = /^(?:\*|(\d+)-(\d+))(?:\/(\d+))?$/;

/**
 * A field of minutes or hours with its ranges written out. For cron it is a field of fixed times unless it begins with
 * `*`; for the parser only one without `*` and steps.
 */
function written(field: string, count: number): string {
  if (field.startsWith('*')) return field;
  const parts = field.split(',').flatMap((part) => {
    const [whole, first = '0', last = String(count - 1), step = '1'] = RANGE.exec(part) ?? [];
    const [from, to, by] = [Number(first), Number(last), Number(step)];
    // The parser says what is wrong with the rest.
    if (whole === undefined || from > to || to >= count || by === 0 || by > count) return [part];
    return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => String(from + index * by));
  });
  return parts.join(',');
}

/**
 * Five fields as Debian's cron reads them, cron(8) and crontab(5). Where neither minute nor hour begins with `*`, a time
 * that is skipped in spring comes right after the gap, and one that is repeated in autumn comes once; all others follow
 * the clock. A day of the month and a day of the week: both where one of them begins with `*`, else either.
 */
function debianCron(fields: readonly string[], zone: string): Cron {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const pattern = [written(minute, MINUTES), written(hour, HOURS), day, month, weekday].join(' ');
  return new Cron(pattern, {
    paused: true,
    mode: '5-part',
    timezone: zone,
    fixedTimeRule: 'no-wildcard',
    domAndDow: day.startsWith('*') || weekday.startsWith('*'),
  });
}

function parse(text: string, zone: string): Cron {
  const trimmed = text.trim();
  const isName = trimmed.startsWith('@');
  if (/^@reboot$/i.test(trimmed)) {
    throw refused(text, 'is no time of day: put a line "@reboot notify-runner run NAME" into your crontab.');
  }
  if (isName && !NAMES.includes(trimmed.toLowerCase())) {
    const meant = didYouMean(trimmed, NAMES);
    throw refused(text, `is none of ${NAMES.join(', ')}${meant === undefined ? '.' : `; did you mean ${meant}?`}`);
  }
  const notCron = (why: string, cause?: unknown) =>
    refused(text, `is not a cron schedule such as "0 9 * * 1-5" (${why}).`, cause);
  const fields = trimmed.split(/\s+/);
  if (!isName && fields.length !== 5) throw notCron('it needs five fields');
  try {
    return isName ? new Cron(trimmed, { paused: true, timezone: zone }) : debianCron(fields, zone);
  } catch (error) {
    throw notCron(sentenceOf(error), error);
  }
}

/**
 * Reads a schedule.
 *
 * @param text five fields of crontab(5), or a name such as `@daily`
 * @param now Unix time in ms
 * @param zone the name of a time zone, such as `Europe/Berlin`
 * @throws Problem `bad_schedule`, also for one that never comes
 */
export function parseSchedule(text: string, now: number, zone: string): CronSchedule {
  const cron = parse(text, zone);
  const after = (time: number) => {
    const next = cron.nextRun(new Date(time))?.getTime();
    if (next === undefined) throw refused(text, 'never comes.');
    return next;
  };
  const last = (count: number) => cron.previousRuns(count, new Date(now + 1))[count - 1]?.getTime();
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
