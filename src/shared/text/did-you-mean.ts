/** Letters that a suggestion may be off, at most. */
const MOST_OFF = 3;
/** A longer word is none that somebody mistyped. */
const LONGEST = 100;
/** Names that a word is compared with, a millisecond's work. */
const MOST_COMPARED = 1000;

/**
 * Levenshtein distance, or more than `most` for any distance beyond it. Of each row only the cells beside the diagonal are
 * computed, and the comparison of words that differ ends after a few rows: a word is compared with thousands of names.
 */
function distance(from: string, to: string, most: number): number {
  const beyond = most + 1;
  if (Math.abs(from.length - to.length) > most) return beyond;
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  let next: number[] = [];
  for (let index = 1; index <= from.length; index += 1) {
    const first = Math.max(1, index - most);
    const last = Math.min(to.length, index + most);
    next[first - 1] = first === 1 ? index : beyond;
    let least = next[first - 1] ?? beyond;
    for (let column = first; column <= last; column += 1) {
      const isSame = from.charCodeAt(index - 1) === to.charCodeAt(column - 1);
      const above = column < index + most ? (row[column] ?? beyond) : beyond;
      const off = Math.min((row[column - 1] ?? beyond) + (isSame ? 0 : 1), above + 1, (next[column - 1] ?? beyond) + 1);
      next[column] = off;
      least = Math.min(least, off);
    }
    if (least > most) return beyond;
    [row, next] = [next, row];
  }
  return row[to.length] ?? beyond;
}

/** Suggests the closest of the first thousand of `known`: at most 3 letters off, and less than half of the word. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const wanted = word.toLowerCase();
  let best: { readonly name: string; readonly off: number } | undefined;
  for (const name of known.slice(0, MOST_COMPARED)) {
    const lessThanHalf = Math.ceil(Math.max(word.length, name.length) / 2) - 1;
    const most = Math.min(MOST_OFF, lessThanHalf, (best?.off ?? Number.POSITIVE_INFINITY) - 1);
    const off = most < 0 ? Number.POSITIVE_INFINITY : distance(wanted, name.toLowerCase(), most);
    if (off <= most) best = { name, off };
  }
  return best?.name;
}
