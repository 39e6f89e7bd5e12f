import { oneLine } from '../format.ts';
import type { Piece } from '../reply.ts';

/** UTF-16 units for the lines; a message takes 4,096, and the name and a line on a topic stand beside them. */
const LONGEST = 3_850;

/** The newest lines that fit into a message, oldest first. @param lines oldest first */
export function lastLines(lines: readonly string[], most = LONGEST): string {
  const clean = lines.map((line) => line.toWellFormed().replace(/[^\P{Cc}\n\t]|[\u2028-\u202e\u2066-\u2069]/gu, '?'));
  const text = clean.join('\n').trimEnd();
  if (text.length <= most) return text;
  const end = text.slice(1 - most).replace(/^[\udc00-\udfff]/, '');
  // Begins with a whole line, unless one line fills everything.
  const start = end.indexOf('\n') + 1;
  return `…${start === 0 ? '' : '\n'}${end.slice(start)}`;
}

/** The log of a script as a message. */
export function logPieces(script: string, lines: readonly string[]): Piece[] {
  const text = lastLines(lines);
  const name = { code: oneLine(script, 100) };
  return text.trim() === '' ? ['The log has nothing of ', name, ' yet.'] : ['📄 ', name, '\n', { pre: text }];
}
