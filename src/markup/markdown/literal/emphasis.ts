/** A letter or digit of a writing system with spaces between words. */
const WORD = /^(?![\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}])[\p{L}\p{N}_]$/u;

const isWord = (character: string | undefined) => character !== undefined && WORD.test(character);
const isPath = (character: string | undefined) => character !== undefined && /[/\\]/.test(character);

/**
 * Whether text that CommonMark treats as emphasis is more likely a formula, a name or a path, to be left as typed:
 * `2*3*4`, `10**2 + 3**2`, `src/*.ts lib/*`, `a/__init__.py`.
 *
 * @param source the complete text
 * @param start index of the opening mark
 * @param end index after the closing mark
 * @param mark one of `*` `**` `_` `__` `~~`
 */
export function isLiteral(source: string, start: number, end: number, mark: string): boolean {
  const before = [...source.slice(Math.max(0, start - 2), start)].at(-1);
  const [after, afterThat] = source.slice(end, end + 4);
  const first = source[start + mark.length];
  const last = source[end - mark.length - 1];
  // Marks around marks, as a traceback underlines: `~~^~~`.
  if (/^[\x00-\x7f]*$/.test(source.slice(start, end)) && !/[A-Za-z0-9]/.test(source.slice(start, end))) return true;
  if (mark.startsWith('_')) {
    return isPath(before) || before === '.' || after === '(' || (/[./\\]/.test(after ?? '') && isWord(afterThat));
  }
  if (mark === '~~') return isWord(before) && isWord(after);
  if (isPath(first) || isPath(last)) return true;
  if (mark === '**') return isWord(before) && isWord(after);
  return isWord(before) || isWord(after) || first === '.' || (isPath(before) && isPath(after));
}
