/** Reads what somebody typed after `/mute`: how long, and which script, in either order. */
import ms, { type StringValue } from 'ms';

/** A mute that was understood. */
export interface MuteRequest {
  /** Milliseconds since the epoch; `undefined` for a mute that lasts until `/unmute`. */
  readonly until: number | undefined;
  /** Milliseconds, when a duration was given, or none at all. */
  readonly lasts?: number;
  /** `undefined` for everything. */
  readonly script: string | undefined;
}

/** How long a mute lasts without a duration: an hour, in milliseconds. */
const USUAL_MS = 3_600_000;
/** The hour of a day that is named without one. */
const MORNING_HOUR = 8;
/** The longest duration; longer ones are meant as "until further notice". */
const LONGEST_MS = 10 * 365.25 * 24 * 3_600_000;

const NUMBERS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const EVERYTHING = new Set(['all', 'everything']);
const FOREVER = new Set(['forever', 'indefinitely', 'always']);
/** Words that only connect others. */
const FILLERS = new Set(['for', 'until', 'till', 'at', 'and']);

type Time = { readonly hour: number; readonly minute: number };

function timeIn(word: string): Time | undefined {
  const [, hour = '', minute = '0', half] = /^(\d{1,2})(?::(\d{2}))?(am|pm)?$/.exec(word) ?? [];
  if (hour === '' || (half === undefined && !word.includes(':'))) return undefined;
  const noon = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'pm' ? 12 : 0);
  return noon < 24 && Number(minute) < 60 ? { hour: noon, minute: Number(minute) } : undefined;
}

/** A duration of one word, such as `2h` or `1.5h`; a bare number is none, since its unit is unknown. */
function durationIn(word: string): number | undefined {
  if (!/^\d+(\.\d+)?[a-z]+$/i.test(word) || word.length > 20) return undefined;
  const length = ms(word as StringValue);
  return length !== undefined && Number.isFinite(length) ? length : undefined;
}

/** A number before its unit: `2`, `two`, `an`, `half an`. @returns the number and how many words it took */
function countIn(words: readonly string[]): { readonly count: number; readonly taken: number } | undefined {
  const [first = '', second] = words;
  if (first === 'half' && (second === 'an' || second === 'a')) return { count: 0.5, taken: 2 };
  if (first === 'an' || first === 'a') return { count: 1, taken: 1 };
  const word = NUMBERS.indexOf(first);
  if (word >= 0) return { count: word, taken: 1 };
  return /^\d+(\.\d+)?$/.test(first) ? { count: Number(first), taken: 1 } : undefined;
}

/** A duration at the beginning of the words. @returns milliseconds and how many words it took */
function spokenDuration(words: readonly string[]): { readonly length: number; readonly taken: number } | undefined {
  const [first = ''] = words;
  const short = durationIn(first);
  if (short !== undefined) return { length: short, taken: 1 };
  const number = countIn(words);
  const unit = number === undefined ? undefined : durationIn(`1${words[number.taken] ?? ''}`);
  return number === undefined || unit === undefined
    ? undefined
    : { length: number.count * unit, taken: number.taken + 1 };
}

/** The next time that a clock shows this, in this host's time zone. @param day a weekday from 0, or how many days from today */
function moment(
  now: number,
  day: { readonly weekday?: number; readonly ahead?: number },
  { hour, minute }: Time,
): number {
  const at = new Date(now);
  at.setHours(hour, minute, 0, 0);
  if (day.ahead !== undefined) at.setDate(at.getDate() + day.ahead);
  else if (day.weekday !== undefined) at.setDate(at.getDate() + ((day.weekday - at.getDay() + 7) % 7 || 7));
  else if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.getTime();
}

/** What was read so far. */
interface Reading {
  length: number;
  forever: boolean;
  everything: boolean;
  time?: Time;
  day?: { weekday?: number; ahead?: number };
  readonly names: string[];
}

/** Reads one piece. @returns how many words it took */
function readPiece(words: readonly string[], typed: readonly string[], into: Reading): number {
  const [word = ''] = words;
  const duration = spokenDuration(words);
  const time = timeIn(word);
  if (duration !== undefined) into.length += duration.length;
  else if (time !== undefined) into.time = time;
  else if (word === 'tomorrow') into.day = { ahead: 1 };
  else if (DAYS.includes(word)) into.day = { weekday: DAYS.indexOf(word) };
  else if (FOREVER.has(word)) into.forever = true;
  else if (EVERYTHING.has(word)) into.everything = true;
  else if (!FILLERS.has(word)) into.names.push(typed[0] ?? word);
  return duration?.taken ?? 1;
}

/**
 * Understands `2h`, `2 hours`, `1h 30m`, `half an hour`, `forever`, `until 18:00`, `tomorrow`, `until monday 9:30`, `all`,
 * and the name of one script, in any order.
 *
 * @param typed the words after the command
 * @param now milliseconds since the epoch
 * @returns `undefined` for anything else
 *
 * @example readMuteRequest(['2', 'hours', 'backup'], now) // { until: now + 7_200_000, lasts: 7_200_000, script: 'backup' }
 */
export function readMuteRequest(typed: readonly string[], now: number): MuteRequest | undefined {
  const words = typed.map((word) => word.toLowerCase());
  const found: Reading = { length: 0, forever: false, everything: false, names: [] };
  for (let at = 0; at < words.length; ) at += readPiece(words.slice(at), typed.slice(at), found);
  const { length, forever, everything, time, day, names } = found;
  const [script, ...spare] = names;
  const isMoment = time !== undefined || day !== undefined;
  const given = [length > 0, forever, isMoment].filter(Boolean).length;
  // A number or a sign that was read as a name was meant as a time.
  const isOdd = script !== undefined && /^[-+]?[\d.,:]+([a-z]{0,3})?$/i.test(script) && !/[a-z]{4,}/i.test(script);
  if (given > 1 || spare.length > 0 || isOdd || (everything && script !== undefined)) return undefined;
  if (typed.some((word) => /^0/.test(word) && durationIn(word) === 0)) return undefined;
  if (forever || length > LONGEST_MS) return { until: undefined, script };
  if (isMoment) return { until: moment(now, day ?? {}, time ?? { hour: MORNING_HOUR, minute: 0 }), script };
  const lasts = length === 0 ? USUAL_MS : length;
  return { until: now + lasts, lasts, script };
}
