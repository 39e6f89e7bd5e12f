/** Converts Telegram's MarkdownV2 to Telegram's HTML: https://core.telegram.org/bots/api#markdownv2-style */

const MARKS: ReadonlyArray<readonly [string, string]> = [
  ['||', 'tg-spoiler'],
  ['__', 'u'],
  ['*', 'b'],
  ['_', 'i'],
  ['~', 's'],
];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const unescaped = (text: string): string => text.replace(/\\([!-~])/g, '$1');

/** Code, as a block with its language or inline. */
const CODE = /```(?:[\w+-]*\n)?((?:\\[\s\S]|(?!```)[\s\S])*)```|`((?:\\[\s\S]|[^`\\])+)`/y;
/** The end of a link, and its address. */
const TARGET = /\]\(((?:\\[\s\S]|[^)\\])*)\)/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** @returns `undefined` if a link has no end */
export function htmlOfMarkdownV2(source: string): string | undefined {
  const written: string[] = [];
  const open = new Set<string>();
  /** Starts of open links' texts; their addresses follow at the end. */
  let link: number | undefined;
  let quoted = false;
  let at = 0;
  const quote = (on: boolean) => {
    if (on !== quoted) written.push(on ? '<blockquote>' : '</blockquote>');
    quoted = on;
  };
  while (at < source.length) {
    const lineStarts = at === 0 || source[at - 1] === '\n';
    if (lineStarts) {
      const mark = /^(?:\*\*)?>/.exec(source.slice(at, at + 3))?.[0] ?? '';
      quote(mark !== '');
      at += mark.length;
    }
    const code = matchAt(CODE, source, at);
    const target = link === undefined ? null : matchAt(TARGET, source, at);
    const mark = MARKS.find(([typed]) => source.startsWith(typed, at));
    if (code !== null) {
      const [, block, words = ''] = code;
      written.push(
        block === undefined ? `<code>${escaped(unescaped(words))}</code>` : `<pre>${escaped(unescaped(block))}</pre>`,
      );
      at += code[0].length;
    } else if (target !== null && link !== undefined) {
      written[link] = `<a href="${escaped(unescaped(target[1] ?? ''))}">`;
      written.push('</a>');
      link = undefined;
      at += target[0].length;
    } else if (mark !== undefined) {
      const [typed, tag] = mark;
      written.push(open.delete(tag) ? `</${tag}>` : `<${tag}>`);
      if (written.at(-1) === `<${tag}>`) open.add(tag);
      at += typed.length;
    } else if (source[at] === '[' && link === undefined) {
      link = written.push('') - 1;
      at += 1;
    } else {
      const length = source[at] === '\\' && at + 1 < source.length ? 2 : 1;
      written.push(escaped(source.slice(at + length - 1, at + length)));
      at += length;
    }
  }
  quote(false);
  return link === undefined ? written.join('') : undefined;
}
