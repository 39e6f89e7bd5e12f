/** The text of a writer, with what would cost to look for in it: joined of many pieces, it would be flattened each time. */
export interface InkedText {
  append(added: string): void;
  readonly text: string;
  readonly length: number;
  /** Newlines so far. */
  readonly newlines: number;
  /** Newlines before the last character that is not white space. */
  readonly newlinesToInk: number;
  /** Whether a character that is not white space stands at an offset or behind it. */
  isInkedFrom(offset: number): boolean;
}

const newlinesIn = (text: string): number => text.split('\n').length - 1;

/** Starts an empty text. */
export function createInkedText(): InkedText {
  let text = '';
  let lastInk = -1;
  let newlines = 0;
  let newlinesToInk = 0;
  return {
    append(added) {
      const ink = added.trimEnd().length;
      if (ink > 0) {
        lastInk = text.length + ink - 1;
        newlinesToInk = newlines + newlinesIn(added.slice(0, ink));
      }
      newlines += newlinesIn(added);
      text += added;
    },
    get text() {
      return text;
    },
    get length() {
      return text.length;
    },
    get newlines() {
      return newlines;
    },
    get newlinesToInk() {
      return newlinesToInk;
    },
    isInkedFrom: (offset) => lastInk >= offset,
  };
}
