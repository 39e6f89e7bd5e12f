import { MAX_FILE_NAME, MAX_FILE_NAME_BYTES } from '../limits.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Control characters, halves of surrogate pairs, line ends, and the marks that reverse text (`gpj.exe` as `exe.jpg`). */
const UNSEEMLY = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

const fits = (name: string) => [...name].length <= MAX_FILE_NAME && Buffer.byteLength(name) <= MAX_FILE_NAME_BYTES;

/** Cuts a long name in front of its ending, also of a double one such as `.tar.gz`; never inside a character. */
function shorten(name: string): string {
  if (fits(name)) return name;
  const ending = /(?:\.tar)?\.[^.\s]{1,16}$/u.exec(name)?.[0] ?? '';
  // A letter takes at least one of the characters.
  const start = name.slice(0, Math.min(name.length - ending.length, 16 * MAX_FILE_NAME)).toWellFormed();
  const letters = Array.from(graphemes.segment(start), ({ segment }) => segment).slice(0, MAX_FILE_NAME);
  while (letters.length > 0 && !fits(`${letters.join('')}…${ending}`)) letters.pop();
  return `${letters.join('').trimEnd()}…${ending}`;
}

/**
 * Cleans a file's name for its reader: no folder, no invisible character, at most 128 characters and 240 bytes, the ending kept.
 *
 * @param given a name or a path, as some browsers send it
 * @param fallback the name where `given` holds no usable one
 */
export function cleanFileName(given: string | undefined, fallback: string): string {
  const last = (given ?? '').split(/[/\\]/).at(-1) ?? '';
  const name = last.replace(UNSEEMLY, '').trim();
  return name === '' || name === '.' || name === '..' ? fallback : shorten(name);
}
