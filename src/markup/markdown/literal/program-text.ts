/** What in a Markdown text reads as a program's output or a path, to be shown as typed. Tests of single marks; pure. */

/** Punctuation that means nothing in Markdown, nor is escaped by those who write for Telegram's own formats. */
const IDLE_ESCAPE = /^[$/"',:;%?@^]$/;
/** A drive, a network share, a relative or variable folder at the start of a Windows path; doubled backslashes were escaped. */
const PATH_START = /^["'(<[]*(?:[A-Za-z]:|\\\\[\w.-]+|\.{1,2}|%\w+%|~|\$\w+|\$env:\w+)\\(?!\\)/;
/** A backslash before a letter or digit, other than behind another backslash. */
const LONE_BACKSLASH = /(?<!\\)(?:\\\\)*\\(?=[\p{L}\p{N}])/u;
/** Repetitions, anchors and groups of regular expressions. */
const PATTERN = /^["'/(]*\^|\$["'/)]*$|\.[*+]|\[\^|\(\?[:=!<i]|[\])][*+?{]|\\[.)\]][*+?]|\[[A-Za-z0-9]-[A-Za-z0-9]/;
/** What has to be escaped for Markdown, and such a mark without a backslash. */
const MARK = /^[`*_~[\]<&]$/;
const BARE_MARK = /(?<!\\)[`*~[\]<&]/;
/** `s/a/b/`, `/a/b/` */
function isSubstitution(word: string): boolean {
  const mark = /^["']?(?:s|y|tr)?([/|#])/.exec(word)?.[1];
  if (mark === undefined) return false;
  const pieces = word.split(mark);
  return pieces.length >= 4 && /^[a-z]*["']?$/.test(pieces.at(-1) ?? '');
}

/** Characters of a word that are looked at on either side; a longer one is hardly read by anyone. */
const WORD_SIDE = 200;

/** The word, without white space, around a place. */
function wordAround(source: string, at: number): string {
  const before = /(?<!\S)\S*$/.exec(source.slice(Math.max(0, at - WORD_SIDE), at))?.[0] ?? '';
  const after = /^\S*/.exec(source.slice(at, at + WORD_SIDE))?.[0] ?? '';
  return before + after;
}

/**
 * Whether a backslash before punctuation stands in a path or a pattern (`C:\.git`, `^\d+\.\d+$`), and not to escape a mark
 * (`\*`, `1\.`).
 *
 * @param at index of the backslash in the whole text
 */
export function isLiteralBackslash(source: string, at: number): boolean {
  const next = source[at + 1] ?? '';
  const word = wordAround(source, at);
  const isLone = LONE_BACKSLASH.test(word);
  if (isLone || PATH_START.test(word)) return next !== '\\' || isLone;
  // Who doubles a backslash escapes the other marks as well.
  if (word.includes('\\\\')) return false;
  if (IDLE_ESCAPE.test(next)) return true;
  if (!PATTERN.test(word) && !isSubstitution(word)) return false;
  return !MARK.test(next) || BARE_MARK.test(word);
}

/** Whether a backslash at a line's end continues a command or ends a path, and is no line break of Markdown's. */
export function isLiteralLineEnd(source: string, at: number): boolean {
  const before = source[at - 1] ?? '';
  return /^\s?$/.test(before) || PATH_START.test(wordAround(source, at)) || LONE_BACKSLASH.test(wordAround(source, at));
}

/** A number with a unit, and nothing else but columns of more numbers. */
const AMOUNT =
  /^[$€£]?\d[\d.,:]*(?:\s?(?:%|‰|[$€£°]\S{0,2}|[A-Z]{3}|[kMGTP]?i?[Bb](?:\/s)?|m?s|ms|min|h|[CFK]))?(?:\s+[-+]?\d[\d.,:%]*)*$/;

/**
 * Whether the marks of a list are signs: `+ 300.00`, `- 12 %`.
 *
 * @param items each entry as typed, from its mark on
 * @param opposed whether lines of the other sign stand right before or after, as in a diff
 */
export function areSigns(items: readonly string[], opposed: boolean): boolean {
  const mark = items[0]?.[0];
  if (mark !== '+' && mark !== '-') return false;
  if (opposed) return true;
  const rests = items.map((item) => item.slice(1).trim());
  return mark === '+' ? rests.every((rest) => /^[$€£]?\d/.test(rest)) : rests.every((rest) => AMOUNT.test(rest));
}

/** Whether entries marked with `*` are a program's: commits of `git log --graph`, lines of `curl -v`. */
export function areStars(items: readonly string[]): boolean {
  if (!items.every((item) => item.startsWith('*'))) return false;
  const rests = items.map((item) => item.replace(/^\*(?:[ \t]*\|)*[ \t]*/, ''));
  const commits = rests.every((rest) => /^(?:commit )?(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/.test(rest));
  const http = rests.some((rest) =>
    /^(?:Trying \S{1,200}\.\.\.|Connected to |TLSv1\.|ALPN|Host \S{1,200}:\d{1,5} was resolved)/.test(rest),
  );
  return commits || http;
}

/** Whether the marks of a quote are comparisons or prompts: `>90%`, `> 5 GB`, `>= 3`, `>>> x`, `> GET / HTTP/1.1`. */
export function isComparison(lines: readonly string[]): boolean {
  const isOne = (line: string) => /^>(?:>{2,}|\s*[-+$€£]?\d|=|\s[A-Z]+ \/\S* HTTP\/|\s[\w-]+: \S|$)/.test(line);
  const quoted = lines.filter((line) => line.startsWith('>'));
  return (lines[0]?.length ?? 0) > 1 && (quoted.every(isOne) || /^>{3} /.test(lines[0] ?? ''));
}

/** Whether `# …` is a comment: with more such lines around it, with code in it, or above a setting. */
export function isComment(text: string, before: string, after: string): boolean {
  if (/^#\s/.test(text) && (/^#(?:\s|$)/.test(before) || /^#(?:\s|$)/.test(after))) return true;
  if (/^#+\s+(?:[\w.-]+\s*=\s*\S|(?:\S.*)?;$)/.test(text)) return true;
  return /^#\s/.test(text) && /^[A-Za-z_][\w.-]*\s*=(?!=)|^(?:\/|\$ |-A |export |set )\S*/.test(after);
}
