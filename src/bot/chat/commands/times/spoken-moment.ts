/** Points in time as people type them: `18:00`, `6 pm`, `tomorrow morning`, `monday 9:30`, `2026-12-01`. Pure. */

/** A time of the day. */
export interface ClockTime {
  /** 0 to 24; 24 is the midnight that ends the day. */
  readonly hour: number;
  readonly minute: number;
}

/** A day: in a week by its number from sunday, in days from today, or by its date. */
export type SpokenDay =
  | { readonly weekday: number }
  | { readonly ahead: number }
  | { readonly year: number; readonly month: number; readonly date: number };

/** What was read from the beginning of some words. */
export interface SpokenMoment {
  readonly time?: ClockTime;
  readonly day?: SpokenDay;
  /** How many words it took. */
  readonly taken: number;
}

/** The hour of a day that is named without one. */
const MORNING: ClockTime = { hour: 8, minute: 0 };
const MIDNIGHT: ClockTime = { hour: 24, minute: 0 };

const CLOCK_WORDS: Readonly<Record<string, ClockTime>> = {
  morning: MORNING,
  noon: { hour: 12, minute: 0 },
  midday: { hour: 12, minute: 0 },
  evening: { hour: 18, minute: 0 },
  midnight: MIDNIGHT,
};

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The words of which a typing error may be one, for suggestions. */
export const MOMENT_WORDS: readonly string[] = [...Object.keys(CLOCK_WORDS), ...DAYS, 'today', 'tonight', 'tomorrow'];

/** A weekday by its name or its first three or more letters: `mon`, `tues`. */
function weekdayIn(word: string): number | undefined {
  const found = word.length < 3 ? -1 : DAYS.findIndex((day) => day.startsWith(word));
  return found < 0 ? undefined : found;
}

function clock(hour: number, minute: number, half: string | undefined): ClockTime | undefined {
  if (half !== undefined && (hour < 1 || hour > 12)) return undefined;
  const full = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  return full < 24 && minute < 60 ? { hour: full, minute } : undefined;
}

/**
 * A time of the day.
 *
 * @param isExpected whether a bare number is one, as behind `until`
 */
function timeIn([word = '', next]: readonly string[], isExpected: boolean): SpokenMoment | undefined {
  const named = Object.hasOwn(CLOCK_WORDS, word) ? CLOCK_WORDS[word] : undefined;
  if (named !== undefined) return { time: named, taken: 1 };
  const [, hour = '', minute, suffix] = /^(\d{1,2})(?::(\d{2}))?(am|pm|h)?$/.exec(word) ?? [];
  if (hour === '') return undefined;
  const isHalfNext = (suffix === undefined || suffix === 'h') && (next === 'am' || next === 'pm');
  const half = isHalfNext ? next : suffix === 'h' ? undefined : suffix;
  if (half === undefined && minute === undefined && !isExpected) return undefined;
  const time = clock(Number(hour), Number(minute ?? 0), half);
  return time && { time, taken: isHalfNext ? 2 : 1 };
}

function dateIn(word: string): SpokenMoment | undefined {
  const [, year, month, date, hour, minute] = /^(\d{4})-(\d{2})-(\d{2})(?:t(\d{2}):(\d{2}))?$/.exec(word) ?? [];
  if (year === undefined) return undefined;
  const day = { year: Number(year), month: Number(month), date: Number(date) };
  const time = hour === undefined ? undefined : clock(Number(hour), Number(minute), undefined);
  return { day, ...(time && { time }), taken: 1 };
}

/**
 * Reads a day or a time of the day at the beginning of some words.
 *
 * @param words in lower case
 * @param isExpected whether a bare number is an hour, as behind `until`
 */
export function spokenMoment(words: readonly string[], isExpected: boolean): SpokenMoment | undefined {
  const [word = ''] = words;
  const weekday = weekdayIn(word);
  if (weekday !== undefined) return { day: { weekday }, taken: 1 };
  if (word === 'tomorrow') return { day: { ahead: 1 }, taken: 1 };
  // Neither has an hour of its own: until the day, or the night, is over.
  if (word === 'today') return { day: { ahead: 0 }, taken: 1 };
  if (word === 'tonight') return { day: { ahead: 1 }, time: MORNING, taken: 1 };
  return dateIn(word) ?? timeIn(words, isExpected);
}

/**
 * When a clock of this host next shows it.
 *
 * @param now milliseconds since the epoch
 * @returns milliseconds since the epoch; `undefined` for a day that is over or does not exist
 */
export function momentAt(now: number, day: SpokenDay | undefined, time: ClockTime | undefined): number | undefined {
  const isToday = day !== undefined && 'ahead' in day && day.ahead === 0;
  const { hour, minute } = time ?? (isToday ? MIDNIGHT : MORNING);
  const at = new Date(now);
  if (day !== undefined && 'year' in day) at.setFullYear(day.year, day.month - 1, day.date);
  if (day !== undefined && 'year' in day && at.getDate() !== day.date) return undefined;
  at.setHours(hour, minute, 0, 0);
  if (day === undefined) {
    if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  } else if ('ahead' in day) at.setDate(at.getDate() + day.ahead);
  else if ('weekday' in day) {
    const from = new Date(now).getDay();
    at.setDate(at.getDate() + ((day.weekday - from + 7) % 7 || 7));
  }
  return at.getTime() > now ? at.getTime() : undefined;
}
