/** Reads what somebody typed after `/mute`: how long, and which script, in either order. */
import { spokenDuration } from './times/spoken-duration.ts';
import { type ClockTime, momentAt, type SpokenDay, spokenMoment } from './times/spoken-moment.ts';

/** A mute that was understood. */
export interface MuteRequest {
  /** Milliseconds since the epoch; `undefined` for a mute that lasts until `/unmute`. */
  readonly until: number | undefined;
  /** Milliseconds, when a duration was given, or none at all. */
  readonly lasts?: number;
  /** `undefined` for everything. With spaces where several words were no time: then it is a name only if there is one. */
  readonly script: string | undefined;
}

/** How long a mute lasts without a duration: an hour, in milliseconds. */
const USUAL_MS = 3_600_000;
/** The longest duration; longer ones are meant as "until further notice". */
const LONGEST_MS = 10 * 365.25 * 24 * 3_600_000;

const EVERYTHING = new Set(['all', 'everything']);
/** Words for "until I end it", which may be several. */
const FOREVER: readonly (readonly string[])[] = [
  ['forever'],
  ['indefinitely'],
  ['always'],
  ['permanently'],
  ['for', 'ever'],
  ['until', 'further', 'notice'],
];
/** Words that only connect others. */
const FILLERS = new Set(['for', 'until', 'till', 'til', 'at', 'on', 'and', 'the', 'next']);
/** Words that one piece is looked for in: more than the longest phrase has. */
const LONGEST_PHRASE = 12;
/** Behind these a bare number is an hour. */
const BEFORE_TIME = new Set(['until', 'till', 'til', 'at']);
/** The opposite of a mute. */
const OPPOSITES = new Set(['off', 'end', 'stop']);

/** Whether a word means everything, of which no script's name is one. */
export const meansEverything = (word: string): boolean => EVERYTHING.has(word.toLowerCase());

/** What was read so far. */
interface Reading {
  /** Milliseconds; `undefined` where no duration was given. */
  length?: number;
  forever: boolean;
  everything: boolean;
  time?: ClockTime;
  day?: SpokenDay;
  readonly names: string[];
}

/** Where to go on reading. */
interface Place {
  /** The next words, in lower case and as typed. */
  readonly words: readonly string[];
  readonly typed: readonly string[];
  readonly before: string | undefined;
}

/** Reads one piece. @returns how many words it took; `undefined` where it contradicts what was read */
function readPiece({ words, typed, before }: Place, into: Reading): number | undefined {
  const [word = ''] = words;
  const forever = FOREVER.find((phrase) => phrase.every((part, i) => words[i] === part));
  if (forever !== undefined) {
    into.forever = true;
    return forever.length;
  }
  const isUntil = BEFORE_TIME.has(before ?? '');
  // `until 18h` names an hour.
  const duration = isUntil && /^\d{1,2}h$/.test(word) ? undefined : spokenDuration(words);
  const moment = duration === undefined ? spokenMoment(words, isUntil || into.day !== undefined) : undefined;
  if (moment !== undefined) {
    if ((moment.time && into.time) || (moment.day && into.day)) return undefined;
    Object.assign(into, moment.time && { time: moment.time }, moment.day && { day: moment.day });
    return moment.taken;
  }
  if (duration !== undefined) {
    into.length = (into.length ?? 0) + duration.length;
    return duration.taken;
  }
  if (EVERYTHING.has(word)) into.everything = true;
  else if (!FILLERS.has(word)) into.names.push(typed[0] ?? word);
  return 1;
}

function readAll(typed: readonly string[]): Reading | undefined {
  const words = typed.map((word) => word.toLowerCase());
  const found: Reading = { forever: false, everything: false, names: [] };
  let at = 0;
  while (at < words.length) {
    const end = at + LONGEST_PHRASE;
    const taken = readPiece({ words: words.slice(at, end), typed: typed.slice(at, end), before: words[at - 1] }, found);
    if (taken === undefined) return undefined;
    at += taken;
  }
  return found;
}

/** A number or a sign that was read as a name was meant as a time. */
const isOdd = (name: string) => /^[-+]?[\d.,:]+([a-z]{0,3})?$/i.test(name) && !/[a-z]{4,}/i.test(name);

/**
 * Understands `2h`, `2 hours`, `an hour and a half`, `forever`, `until 18:00`, `6 pm`, `tonight`, `tomorrow`, `until monday
 * 9:30`, `2026-12-01`, `all`, and the name of one script, in any order.
 *
 * @param typed the words after the command
 * @param now milliseconds since the epoch
 * @returns `undefined` for anything else
 *
 * @example readMuteRequest(['2', 'hours', 'backup'], now) // { until: now + 7_200_000, lasts: 7_200_000, script: 'backup' }
 */
export function readMuteRequest(typed: readonly string[], now: number): MuteRequest | undefined {
  const found = readAll(typed);
  if (found === undefined) return undefined;
  const { length, forever, everything, time, day, names } = found;
  const script = names.length === 0 ? undefined : names.join(' ').replace(/^["'“„‘](.*)["'”“’]$/u, '$1');
  const isMoment = time !== undefined || day !== undefined;
  const given = [length !== undefined, forever, isMoment].filter(Boolean).length;
  if (given > 1 || length === 0 || (everything && script !== undefined)) return undefined;
  if (names.some(isOdd) || OPPOSITES.has(script?.toLowerCase() ?? '')) return undefined;
  if (forever || (length ?? 0) > LONGEST_MS) return { until: undefined, script };
  if (isMoment) {
    const until = momentAt(now, day, time);
    return until === undefined ? undefined : { until, script };
  }
  const lasts = length ?? USUAL_MS;
  return { until: now + lasts, lasts, script };
}
