import { oneLine } from '../format.ts';
import type { Piece } from '../reply.ts';

/** Of the 4,096 that a message takes, for the lines; the rest is for the name above them. */
const LONGEST = 3_900;

/** The newest lines that fit into a message, oldest first. @param lines oldest first */
export function lastLines(lines: readonly string[], most = LONGEST): string {
  const clean = lines.map((line) => line.toWellFormed().replace(/[^\P{Cc}\n\t]|[\u2028-\u202e\u2066-\u2069]/gu, '?'));
  const text = clean.join('\n').trimEnd();
  if (text.length <= most) return text;
  const end = text.slice(1 - most).replace(/^[\udc00-\udfff]/, '');
  // From the beginning of a line, unless that one line is all there is.
  const start = end.indexOf('\n') + 1;
  return `…${start === 0 ? '' : '\n'}${end.slice(start)}`;
}

/** What the log says of a script. */
export function logPieces(script: string, lines: readonly string[]): Piece[] {
  const text = lastLines(lines);
  const name = { bold: oneLine(script, 100) };
  return text.trim() === '' ? ['The log has nothing of ', name, ' yet.'] : ['📄 ', name, '\n', { pre: text }];
}
