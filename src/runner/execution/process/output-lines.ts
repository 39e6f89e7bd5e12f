/** The newest lines of a program's output, while it still writes. */
import { StringDecoder } from 'node:string_decoder';
import { withoutEscapes } from '../../text/plain-text.ts';
import type { JsonLines } from './json-lines.ts';

/** UTF-16 units kept of the end of a line: more than is shown, with colours and what a return to its start hides. */
const LINE = 2_000;

/** @see createOutputLines */
export interface OutputLines {
  /** Takes a chunk; keeps no reference to it. */
  add(chunk: Buffer): void;
  /** The line that has not ended; `undefined` for none. */
  unfinished(): string | undefined;
}

/** What a terminal would show of a line: without its colours, and after the last return to its start. */
function shownPart(line: string): string {
  const text = withoutEscapes(line).trimEnd();
  return text.slice(text.lastIndexOf('\r') + 1);
}

/**
 * Splits one stream into lines.
 *
 * @param json what hides lines of JSON; `undefined` shows every line
 * @param ended called with each line that has ended, but the empty ones
 */
export function createOutputLines(json: JsonLines | undefined, ended: (line: string) => void): OutputLines {
  const decoder = new StringDecoder('utf8');
  let line = '';

  function grow(piece: string): void {
    json?.add(piece);
    line = (line + piece).slice(-LINE);
  }

  function endLine(): void {
    const shown = shownPart(line);
    if (json?.endLine() !== true && shown.trim() !== '') ended(shown);
    line = '';
  }

  return {
    add(chunk) {
      const [first = '', ...others] = decoder.write(chunk).split('\n');
      grow(first);
      for (const piece of others) {
        endLine();
        grow(piece);
      }
    },
    unfinished() {
      const shown = shownPart(line);
      return shown.trim() === '' || json?.isJson() === true ? undefined : shown;
    },
  };
}
