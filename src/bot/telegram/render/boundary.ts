/** Where a text may be cut, best first. */
export const BOUNDARIES = ['paragraph', 'line', 'sentence', 'word'] as const;
type Boundary = (typeof BOUNDARIES)[number];

/** Units looked at on either side of a forced cut: longer than any emoji, short enough to cost nothing. */
const NEIGHBOURHOOD = 128;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What kind of place a cut before unit `at` would be, or `undefined` inside a word. */
export function boundaryAt(text: string, at: number): Boundary | undefined {
  const before = text[at - 1] ?? '';
  const after = text[at] ?? '';
  if (/[。！？]/.test(before)) return 'sentence';
  if (!/\s/.test(after)) return undefined;
  if (after === '\n') return /\n[ \t]*\n/y.test(text.slice(at, at + 80)) ? 'paragraph' : 'line';
  return /[.!?…]/.test(before) ? 'sentence' : 'word';
}

function insidePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}

/**
 * The last place at or before `at`, after `start`, that divides no character as a reader sees it;
 * where one character is longer than that, at least no surrogate pair, if need be by going beyond `at`.
 */
export function characterEdge(text: string, start: number, at: number): number {
  let from = Math.max(start, at - NEIGHBOURHOOD);
  if (insidePair(text, from)) from += 1;
  const found = graphemes.segment(text.slice(from, at + NEIGHBOURHOOD)).containing(at - from);
  const edge = found === undefined ? at : from + found.index;
  if (edge > start && edge > from) return edge;
  if (!insidePair(text, at)) return at;
  return at - 1 > start ? at - 1 : at + 1;
}
