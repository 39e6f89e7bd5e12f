/** Tells a script's words from its JSON, line by line, while it still prints. */

/** A line that begins an object, or a list of objects: `{"`, `{`, `[{`, `[`. `[INFO]` and `{'a': 1}` begin none. */
const BEGINS = /^\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[{\]]|$))/;
/** UTF-16 units of a line that tell whether it begins JSON. */
const HEAD = 64;
/** UTF-16 units of JSON that has not ended; what goes on for longer hides no more of the output. */
const LONGEST = 100_000;

/** @see createJsonLines */
export interface JsonLines {
  /** Takes a piece of the line. */
  add(piece: string): void;
  /** Whether the line, as far as it is known, belongs to JSON. */
  isJson(): boolean;
  /** The line has ended. @returns whether it belongs to JSON */
  endLine(): boolean;
}

/** No JSON has begun. Counts brackets outside of strings. */
export function createJsonLines(): JsonLines {
  let head = '';
  let quoted = false;
  let escaped = false;
  let depth = 0;
  let depthBefore = 0;
  let length = 0;
  const isJson = () => depthBefore > 0 || BEGINS.test(head);

  function read(mark: string): void {
    if (escaped) escaped = false;
    else if (quoted) {
      escaped = mark === '\\';
      quoted = mark !== '"';
    } else if (mark === '"') quoted = true;
    else if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth = Math.max(0, depth - 1);
  }

  return {
    add(piece) {
      if (head.length < HEAD) head = (head + piece).slice(0, HEAD);
      length += piece.length;
      for (const mark of piece) read(mark);
    },
    isJson,
    endLine() {
      const was = isJson();
      if (!was || length > LONGEST) depth = 0;
      if (depth === 0) length = 0;
      depthBefore = depth;
      head = '';
      // No string of JSON goes over the end of a line.
      quoted = false;
      escaped = false;
      return was;
    },
  };
}
