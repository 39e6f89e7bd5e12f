/** Durations as people type them: `2h`, `1h30`, `two and a half hours`, `a couple of days`. Pure. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Each unit in milliseconds, by what its words begin with; a month has thirty days. */
const UNITS: readonly (readonly [words: RegExp, ms: number])[] = [
  [/^s(?:ecs?|econds?)?$/, SECOND_MS],
  [/^m(?:ins?|inutes?)?$/, MINUTE_MS],
  [/^(?:h(?:rs?|ours?)?)$/, HOUR_MS],
  [/^d(?:ays?)?$/, DAY_MS],
  [/^w(?:ks?|eeks?)?$/, 7 * DAY_MS],
  [/^mo(?:nths?)?$/, 30 * DAY_MS],
  [/^y(?:rs?|ears?)?$/, 365.25 * DAY_MS],
];

const NUMBERS: Readonly<Record<string, number>> = {
  zero: 0,
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  ninety: 90,
};

/** Numbers of several words, longest first. */
const PHRASES: readonly (readonly [words: readonly string[], count: number])[] = [
  [['a', 'couple', 'of'], 2],
  [['a', 'couple'], 2],
  [['couple', 'of'], 2],
  [['a', 'quarter', 'of', 'an'], 0.25],
  [['quarter', 'of', 'an'], 0.25],
  [['half', 'an'], 0.5],
  [['half', 'a'], 0.5],
  [['a', 'few'], 3],
];

/** What was read from the beginning of some words. */
export interface SpokenDuration {
  /** Milliseconds. */
  readonly length: number;
  /** How many words it took. */
  readonly taken: number;
}

const unitOf = (word: string | undefined): number | undefined => UNITS.find(([words]) => words.test(word ?? ''))?.[1];

const startsWith = (words: readonly string[], phrase: readonly string[]) =>
  phrase.every((word, i) => words[i] === word);

/** `and a half`, after a number or its unit. @returns how many words it took */
const halfIn = (words: readonly string[]): number => (startsWith(words, ['and', 'a', 'half']) ? 3 : 0);

/** `2h`, `1.5h`, `1h30m`, `2h30`; a bare number is none, since its unit is unknown. @returns milliseconds */
function compact(word: string): number | undefined {
  if (word.length > 20 || !/^(?:\d+(?:\.\d+)?[a-z]+)+\d{0,2}$/.test(word)) return undefined;
  let length = 0;
  let last = 0;
  for (const [, count = '', unit = ''] of word.matchAll(/(\d+(?:\.\d+)?)([a-z]*)/g)) {
    // Minutes may stand behind hours without their unit.
    const size: number | undefined = unit === '' && last === HOUR_MS ? MINUTE_MS : unitOf(unit);
    if (size === undefined) return undefined;
    length += Number(count) * size;
    last = size;
  }
  return length;
}

/** A number before its unit. */
function countIn(words: readonly string[]): { readonly count: number; readonly taken: number } | undefined {
  const phrase = PHRASES.find(([known]) => startsWith(words, known));
  if (phrase !== undefined) return { count: phrase[1], taken: phrase[0].length };
  const [first = ''] = words;
  const named = Object.hasOwn(NUMBERS, first) ? NUMBERS[first] : undefined;
  const count = /^\d+(?:\.\d+)?$/.test(first) ? Number(first) : named;
  if (count === undefined) return undefined;
  const half = halfIn(words.slice(1));
  return half > 0 ? { count: count + 0.5, taken: 1 + half } : { count, taken: 1 };
}

/**
 * Reads a duration at the beginning of some words.
 *
 * @param words in lower case
 *
 * @example spokenDuration(['an', 'hour', 'and', 'a', 'half']) // { length: 5_400_000, taken: 5 }
 */
export function spokenDuration(words: readonly string[]): SpokenDuration | undefined {
  const short = compact(words[0] ?? '');
  if (short !== undefined) return { length: short, taken: 1 };
  const number = countIn(words);
  const unit = number === undefined ? undefined : unitOf(words[number.taken]);
  if (number === undefined || unit === undefined) return undefined;
  const taken = number.taken + 1;
  const half = halfIn(words.slice(taken));
  return half > 0
    ? { length: (number.count + 0.5) * unit, taken: taken + half }
    : { length: number.count * unit, taken };
}
