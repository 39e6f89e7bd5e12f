/**
 * Weekly times such as office hours: `mon-fri 08:00-18:00 Europe/Berlin`. A window over midnight belongs to the day on
 * which it begins. A window lasts from the first moment at which the clock of its zone shows its beginning to the last at
 * which it shows its end: where the clock is set back within one, or forward over its beginning, that is one span as well.
 */
import { Problem } from '../../core/problem.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { isNamedZone, notZone } from './zone.ts';

/** One span on each of its days. */
export interface WeeklyWindow {
  /** 0 for Sunday to 6, as `Date` counts. */
  readonly days: ReadonlySet<number>;
  /** Minutes since midnight, 0 to 1439. */
  readonly from: number;
  /** Minutes since the midnight on which its day begins, more than `from`; beyond 1440 on the next day. */
  readonly to: number;
  /** A name such as `Europe/Berlin`. */
  readonly zone: string;
}

/** Windows that a text may hold, and characters; a sentence of both is longer than anybody's week. */
const MOST_WINDOWS = 50;
const LONGEST = 1000;

/** The days of the week, as `Date` counts them. */
export const DAYS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const EVERY_DAY: ReadonlySet<number> = new Set(DAYS.keys());
const DAY_MINUTES = 1440;

const TIMES = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;
/** What begins like days: letters, in ranges and lists. */
const DAY_WORD = /^[a-z]{1,9}(?:[-,][a-z]{1,9})*$/;
const EXAMPLE = 'write for example "mon-fri 08:00-18:00 Europe/Berlin"';

type Refuse = (why: string) => Problem;

const dayOf = (word: string): number => DAYS.indexOf(word);

/** The days of a word such as `mon-fri`, `sat,sun` or `daily`; `fri-mon` goes over Sunday. */
function daysOf(word: string, refuse: Refuse): ReadonlySet<number> {
  if (word === 'daily') return EVERY_DAY;
  const days = new Set<number>();
  for (const part of word.split(',')) {
    const [first = '', last = first, ...more] = part.split('-');
    for (const name of [first, last]) {
      if (dayOf(name) >= 0) continue;
      const meant = DAYS.find((day) => name.startsWith(day)) ?? didYouMean(name, DAYS);
      throw refuse(`${JSON.stringify(name)} is none of ${DAYS.join(', ')}${meant ? `; did you mean ${meant}?` : '.'}`);
    }
    if (more.length > 0) throw refuse(`${JSON.stringify(part)} is no range of days such as mon-fri.`);
    for (let day = dayOf(first); ; day = (day + 1) % DAYS.length) {
      days.add(day);
      if (day === dayOf(last)) break;
    }
  }
  return days;
}

/** Minutes of `08:00-18:00`; the end is on the next day where it is not later than the beginning. */
function minutesOf(word: string, refuse: Refuse): { readonly from: number; readonly to: number } | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] = (TIMES.exec(word) ?? []).map(Number);
  if (fromHour === undefined || fromMinute === undefined || toHour === undefined || toMinute === undefined) return;
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  const isTime = fromMinute < 60 && toMinute < 60 && from < DAY_MINUTES && to <= DAY_MINUTES;
  if (!isTime) throw refuse(`${JSON.stringify(word)} holds no time of day from 00:00 to 24:00.`);
  if (from === to) throw refuse(`${JSON.stringify(word)} is empty; the whole day is 00:00-24:00.`);
  return { from, to: to > from ? to : to + DAY_MINUTES };
}

/** The zone of a word; `undefined` for what can't be meant as one. */
function zoneOf(word: string, refuse: Refuse): string {
  if (isNamedZone(word)) return word;
  if (/^[A-Za-z]+\/|^UTC/.test(word)) throw refuse(notZone(word));
  throw refuse(`${JSON.stringify(word)} is neither days, nor times, nor a time zone: ${EXAMPLE}.`);
}

/** Reads one window's words, in any order. */
function windowsOf(text: string, zone: string, refuse: Refuse): readonly WeeklyWindow[] {
  let days: ReadonlySet<number> | undefined;
  let named: string | undefined;
  const spans: { from: number; to: number }[] = [];
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const found = word.split(',').map((one) => minutesOf(one, refuse));
    const times = found.flatMap((one) => one ?? []);
    if (times.length === found.length) spans.push(...times);
    else if (DAY_WORD.test(word.toLowerCase()) && !isNamedZone(word)) {
      if (days !== undefined) throw refuse('it names days twice; separate windows by ";".');
      days = daysOf(word.toLowerCase(), refuse);
    } else if (named === undefined) named = zoneOf(word, refuse);
    else throw refuse(`${JSON.stringify(word)} is one time zone too many.`);
  }
  if (days === undefined && spans.length === 0) throw refuse(`it names neither days nor times: ${EXAMPLE}.`);
  const whole = spans.length === 0 ? [{ from: 0, to: DAY_MINUTES }] : spans;
  return whole.map((span) => ({ days: days ?? EVERY_DAY, ...span, zone: named ?? zone }));
}

/**
 * Reads weekly windows: days, times and a zone in any order, several windows separated by `;`. Without days every day is
 * meant, without times the whole day. Several times of the same days are separated by commas.
 *
 * @param field its name in the error
 * @param zone the zone of those that name none
 * @throws Problem `bad_field`
 *
 * @example parseWindows('22:00-07:00 mon-fri; sat,sun', 'quiet', 'Europe/Berlin')
 */
export function parseWindows(text: string, field: string, zone: string): readonly WeeklyWindow[] {
  const shown = text.length > 100 ? `a text of ${text.length} characters` : JSON.stringify(text);
  const refuse: Refuse = (why) => new Problem('bad_field', `${field}: ${shown}: ${why}`);
  if (text.length > LONGEST) throw refuse(`at most ${LONGEST} characters are read.`);
  const texts = text.split(';').filter((one) => one.trim() !== '');
  if (texts.length === 0) throw refuse(`it holds no times: ${EXAMPLE}.`);
  const windows = texts.flatMap((one) => windowsOf(one, zone, refuse));
  if (windows.length > MOST_WINDOWS) throw refuse(`at most ${MOST_WINDOWS} windows are allowed.`);
  return windows;
}
