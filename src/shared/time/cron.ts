/** Cron schedules in a time zone. This is the only file that loads the package for them: most runs of the runner need none. */
import { Cron } from 'croner';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { isNamedZone } from './zone.ts';

/** Times are milliseconds since 1970. */
export interface CronTimes {
  /** The first scheduled time after a moment; `undefined` where none comes. */
  next(after: number): number | undefined;
  /** The last scheduled time up to a moment, or an earlier one. @param count 1 for the last */
  previous(upTo: number, count: number): number | undefined;
}

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

function parse(text: string, zone: string, field: string): Cron {
  const refused = (why: string, cause?: unknown) =>
    new Problem('bad_schedule', `${field}: ${JSON.stringify(text)} ${why}`, { cause });
  const trimmed = text.trim();
  const isName = trimmed.startsWith('@');
  if (isName && !NAMES.includes(trimmed.toLowerCase())) {
    const meant = didYouMean(trimmed, NAMES);
    throw refused(`is none of ${NAMES.join(', ')}${meant === undefined ? '.' : `; did you mean ${meant}?`}`);
  }
  const notCron = (why: string, cause?: unknown) =>
    refused(`is not a cron schedule such as "0 9 * * 1-5" (${why}).`, cause);
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
 * @param zone the name of a time zone, such as `Europe/Berlin`
 * @param field its name in the error
 * @throws Problem `bad_schedule`
 */
export function parseCron(text: string, zone: string, field: string): CronTimes {
  const cron = parse(text, zone, field);
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
    previous: (upTo, count) => cron.previousRuns(count, new Date(upTo + 1))[count - 1]?.getTime(),
  };
}

/**
 * Splits a schedule from the time zone behind it.
 *
 * @param zone the zone of a schedule that names none
 * @example splitZone('0 9 * * 1 Europe/Berlin', 'UTC') // { schedule: '0 9 * * 1', zone: 'Europe/Berlin' }
 */
export function splitZone(text: string, zone: string): { readonly schedule: string; readonly zone: string } {
  const words = text.trim().split(/\s+/);
  const last = words.at(-1) ?? '';
  const isNamed = words.length === (text.trim().startsWith('@') ? 2 : 6) && isNamedZone(last);
  return isNamed ? { schedule: words.slice(0, -1).join(' '), zone: last } : { schedule: text, zone };
}
