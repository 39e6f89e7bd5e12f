import { fenceTracker } from './fences.ts';

const DEFINITION = /^[ >]*\[[^\]\n\r\u2028\u2029]+\]:/m;
/** A line that starts a block of its own whatever stood before: no indentation, no list marker. */
const FREE = /^(?![-+*](?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$))\S/;

/** Blocks are gathered up to this many characters: the parser's start costs as much as some hundred. */
const GATHER = 1000;

/**
 * Cuts Markdown, at blank lines, into chunks that mean the same alone as together; joined by a blank line they are
 * the whole. A text with link definitions or footnotes, which reach anywhere, is one chunk.
 */
export function chunksOf(source: string): readonly string[] {
  if (DEFINITION.test(source)) return [source];
  const chunks: string[] = [];
  const fence = fenceTracker();
  let lines: string[] = [];
  let size = 0;
  let afterBlank = false;
  for (const line of source.split('\n')) {
    const free = !fence(line).inside && FREE.test(line);
    if (free && afterBlank && size >= GATHER) {
      chunks.push(lines.join('\n'));
      lines = [];
      size = 0;
    }
    lines.push(line);
    size += line.length + 1;
    afterBlank = line.trim() === '';
  }
  chunks.push(lines.join('\n'));
  return chunks;
}
