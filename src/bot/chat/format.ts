import { Problem } from '../../core/problem.ts';
import { shortDuration } from '../../shared/text/duration.ts';

/** Characters that change how the text around them is shown: line ends, controls, and marks of direction. */
const UNRULY = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Shortens a text, never inside a character. @param most UTF-16 units, including the `…` */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A text from outside as one harmless line. @param most UTF-16 units */
export const oneLine = (words: string, most: number): string =>
  cut(words.toWellFormed().replace(UNRULY, '?').trim() || '?', most);

/**
 * A time to the minute in this host's time zone, with the zone's name.
 *
 * @param time milliseconds since the epoch
 */
export function localMinuteOf(time: number): string {
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())} ${zone ?? ''}`.trim();
}

/** Telegram counts seconds in 32 bits. `FormattedDate` in tdlib */
const LAST = 2 ** 31 - 1;

/** A moment as a piece of a message: each reader sees it in a zone of their own. */
export interface Moment {
  /** Seconds since the epoch. */
  readonly moment: number;
  /** https://core.telegram.org/bots/api#date-time-entity-formatting */
  readonly format: string;
  /** For apps and servers that know no moments. */
  readonly words: string;
}

function momentPiece(time: number, format: string, words: string): Moment | string {
  const moment = Math.floor(time / 1000);
  return moment >= 1 && moment <= LAST ? { moment, format, words } : words;
}

/** Day and minute, in this host's zone for who has no other. @param time milliseconds since the epoch */
export const minutePiece = (time: number): Moment | string => momentPiece(time, 'Dt', localMinuteOf(time));

/** A day. @param iso ISO 8601 */
export const dayPiece = (iso: string): Moment | string => momentPiece(Date.parse(iso), 'D', iso.slice(0, 10));

/** How far away a moment is, which goes on while the message stands there. @param time milliseconds since the epoch @param words the same as text */
export const distancePiece = (time: number, words: string): Moment | string => momentPiece(time, 'r', words);

/** How long ago a time is: `5m ago`. @param iso as `notify-runner list` prints it @param now milliseconds since the epoch */
export function agoOf(iso: string, now: number): string {
  const past = now - Date.parse(iso);
  if (Number.isNaN(past)) return oneLine(iso, 30);
  return past < 1000 ? 'just now' : `${shortDuration(past)} ago`;
}

/**
 * What to answer when a request failed.
 *
 * @returns the sentence of a Problem
 * @throws any other error, as it is
 */
export function sentenceAbout(error: unknown): string {
  if (error instanceof Problem) return cut(error.message, 1000);
  throw error;
}
