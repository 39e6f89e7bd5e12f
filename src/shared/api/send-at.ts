/** When a message is sent, as senders write it. */
import { Problem } from '../../core/problem.ts';
import { parseDuration } from '../text/duration.ts';
import { MAX_LATER_MS } from './limits.ts';

/** What a sender may write, for errors. */
export const A_MOMENT = 'a time such as 2026-01-30T18:00:00+01:00, or a duration from now such as 30m';

/** RFC 3339. */
const MOMENT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
/** Whether a text is a time in RFC 3339. */
export const isMoment = (text: string) => MOMENT.test(text) && !Number.isNaN(Date.parse(text));

const DAY_MS = 24 * 3_600_000;

/** Whether a text is a duration above 0. A number without a unit would be milliseconds, which is hardly ever meant. */
export function isDuration(text: string): boolean {
  if (/^[\d.]*$/.test(text.trim())) return false;
  try {
    return parseDuration(text, 'for') > 0;
  } catch {
    return false;
  }
}

/** Whether a text is {@link A_MOMENT}. */
export const isSendAt = (text: string): boolean => isMoment(text) || isDuration(text);

/**
 * The moment that such a text means, ms since 1970; it may have passed.
 *
 * @param now ms since 1970
 * @throws Problem `bad_field` beyond 31 days
 */
export function momentOf(at: string, now: number): number {
  const moment = isMoment(at) ? Date.parse(at) : now + parseDuration(at, 'at');
  if (moment - now <= MAX_LATER_MS) return moment;
  const days = MAX_LATER_MS / DAY_MS;
  throw new Problem('bad_field', `at: expected at most ${days} days from now, found ${JSON.stringify(at)}.`);
}
