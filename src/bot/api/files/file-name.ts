import { MAX_FILE_NAME } from '../limits.ts';

/** Control characters, halves of surrogate pairs, line ends, and the marks that reverse text (`gpj.exe` as `exe.jpg`). */
const UNSEEMLY = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

function shorten(name: string): string {
  const letters = [...name];
  if (letters.length <= MAX_FILE_NAME) return name;
  const ending = /\.[^.]{1,16}$/u.exec(name)?.[0] ?? '';
  return `${letters.slice(0, MAX_FILE_NAME - [...ending].length).join('')}${ending}`;
}

/**
 * Cleans a file's name for its reader: no folder, no invisible character, at most 128 characters, the ending kept.
 *
 * @param given a name or a path, as some browsers send it
 * @param fallback the name where `given` holds no usable one
 */
export function cleanFileName(given: string | undefined, fallback: string): string {
  const last = (given ?? '').split(/[/\\]/).at(-1) ?? '';
  const name = last.replace(UNSEEMLY, '').trim();
  return name === '' || name === '.' || name === '..' ? fallback : shorten(name);
}
