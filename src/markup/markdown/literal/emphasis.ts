/** A letter or digit of a writing system with spaces between words. */
const WORD = /^(?![\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}])[\p{L}\p{N}_]$/u;

const isWord = (character: string | undefined) => character !== undefined && WORD.test(character);
const isPath = (character: string | undefined) => character !== undefined && /[/\\]/.test(character);

/** Names that Python, PHP and C have between double underscores. */
const DUNDER =
  /^(?:init|main|name|file|all|doc|dict|class|new|del|repr|str|call|len|iter|next|enter|exit|a(?:enter|exit|iter|next|wait)|(?:get|set|del)(?:attr|item|attribute)?|contains|eq|ne|l[te]|g[te]|hash|bool|int|float|index|add|sub|mul|div|mod|pow|and|or|xor|slots|module|import|builtins?|annotations|path|spec|package|loader|cached|debug|post_init|pycache|future|version|author|email|license|proto|dirname|filename|construct|destruct|invoke|toString|to_string|FILE|LINE|DIR|CLASS|METHOD|FUNCTION|func|attribute|VERSION|COUNTER|DATE|TIME)__(?!\w)/;

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Whether brackets and double quotes within a text have their partners there; those of smileys and of `1)` need none. */
function isBalanced(typed: string): boolean {
  const text = typed.replace(/[:;]-?[()]|^\w{1,2}\)/g, '');
  const open: string[] = [];
  for (const mark of text.match(/[()[\]{}]/g) ?? []) {
    const partner = PAIRS[mark];
    if (partner === undefined) open.push(mark);
    else if (open.pop() !== partner) return false;
  }
  return open.length === 0 && (text.match(/"/g)?.length ?? 0) % 2 === 0;
}

/** Whether a run of marks stands alone in quotes. */
function isQuotedMark(source: string, at: number): boolean {
  const before = /(["'])[*_~]*$/.exec(source.slice(Math.max(0, at - 5), at))?.[1];
  return before !== undefined && /^[*_~]{1,5}(["'])/.exec(source.slice(at, at + 6))?.[1] === before;
}

/** What stands before a place without white space, as far as it matters. */
const wordBefore = (source: string, at: number) =>
  /(?<!\S)\S*$/.exec(source.slice(Math.max(0, at - 100), at))?.[0] ?? '';

/** Characters of an emphasis in which brackets are looked for. */
const LONGEST = 400;

/**
 * Whether text that CommonMark treats as emphasis is more likely a formula, a name or a path, to be left as typed:
 * `2*3*4`, `10**2 + 3**2`, `src/*.ts lib/*`, `a/__init__.py`, `(rw,_netdev) on /srv_`.
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
  const inside = source.slice(start + mark.length, Math.min(end - mark.length, start + LONGEST));
  if ((mark === '_' || inside.includes('\n')) && !isBalanced(inside)) return true;
  // Codes in quotes: `'***' 0.001 '**' 0.01`.
  if (isQuotedMark(source, start)) return true;
  // `./*old*`, `--no-_x_`
  if (/^(?:\.{0,2}\/|~\/|--[\w-]*$|-\w[\w-]*$)/.test(wordBefore(source, start))) return true;
  if (mark === '__' && DUNDER.test(source.slice(start + 2, start + 40))) return true;
  if (mark.startsWith('_')) {
    if ((before === "'" && after === "'") || (before === '"' && after === '"')) return true;
    return isPath(before) || before === '.' || after === '(' || (/[./\\]/.test(after ?? '') && isWord(afterThat));
  }
  if (mark === '~~') return isWord(before) && isWord(after);
  if (isPath(first) || isPath(last)) return true;
  if (mark === '**') return isWord(before) && isWord(after);
  return (
    isWord(before) ||
    before === ')' ||
    before === ']' ||
    isWord(after) ||
    first === '.' ||
    (isPath(before) && isPath(after))
  );
}
