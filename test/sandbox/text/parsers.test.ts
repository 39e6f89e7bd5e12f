import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHtml } from '../../../src/sandbox/text/html.ts';
import { parseMarkdown } from '../../../src/sandbox/text/markdown.ts';
import { parseMarkdownV2 } from '../../../src/sandbox/text/markdown-v2.ts';
import { ParseError } from '../../../src/sandbox/text/parse-error.ts';

/** Entities as `type:text` with their other fields. */
function shown(parse: typeof parseHtml, source: string): readonly string[] {
  const { text, entities } = parse(source);
  const runs = entities.map(({ type, offset, length, ...more }) =>
    [type, text.slice(offset, offset + length), ...Object.values(more)].join(':'),
  );
  return [text, ...runs];
}

describe('HTML', () => {
  test.each([
    ['<b>a</b><i>b</i>', ['ab', 'bold:a', 'italic:b']],
    ['<strong><em>a</em></strong>', ['a', 'italic:a', 'bold:a']],
    [
      '<u>a</u><s>b</s><del>c</del><ins>d</ins>',
      ['abcd', 'underline:a', 'strikethrough:b', 'strikethrough:c', 'underline:d'],
    ],
    ['<code>a&lt;b</code>&amp;&quot;&#x41;&#66;', ['a<b&"AB', 'code:a<b']],
    ['&nbsp;&copy', ['&nbsp;&copy']],
    ['<pre>a</pre><pre><code class="language-sh">b</code></pre>', ['ab', 'pre:a', 'pre:b:sh']],
    ['<a href="https://example.com/?a=1&amp;b=2">x</a>', ['x', 'text_link:x:https://example.com/?a=1&b=2']],
    ['<a href="nowhere">x</a>', ['x']],
    [
      '<blockquote>a</blockquote><blockquote expandable>b</blockquote>',
      ['ab', 'blockquote:a', 'expandable_blockquote:b'],
    ],
    ['<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>', ['ab', 'spoiler:a', 'spoiler:b']],
    ['<B>a</b ><i></i>', ['a', 'bold:a']],
  ])('%j is read', (source, expected) => {
    expect(shown(parseHtml, source)).toEqual(expected);
  });

  test.each([
    ['<b>a', 'Can\'t find end tag corresponding to start tag "b"'],
    ['é<br>', 'Unsupported start tag "br" at byte offset 2'],
    ['a</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>a</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['a < b', 'Unsupported start tag "" at byte offset 2'],
    ['a <b', 'Unclosed start tag at byte offset 2'],
    ['<b>a</b', 'Unclosed end tag at byte offset 4'],
    ['<span>a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ])('%j is refused', (source, message) => {
    expect(() => parseHtml(source)).toThrow(new ParseError(message));
  });
});

describe('MarkdownV2', () => {
  test.each([
    [
      '*a* _b_ __c__ ~d~ ||e|| `f`',
      ['a b c d e f', 'bold:a', 'italic:b', 'underline:c', 'strikethrough:d', 'spoiler:e', 'code:f'],
    ],
    ['*a _b_*', ['a b', 'italic:b', 'bold:a b']],
    ['1\\.2\\-3\\!', ['1.2-3!']],
    ['```sh\nls -l\n```', ['ls -l\n', 'pre:ls -l\n:sh']],
    ['```a```', ['a', 'pre:a']],
    ['`a*b_c\\`d`', ['a*b_c`d', 'code:a*b_c`d']],
    ['[x](https://example.com/\\)y)', ['x', 'text_link:x:https://example.com/)y']],
    ['[x](nowhere)', ['x']],
    ['![👍](tg://emoji?id=5368324170671202286)', ['👍', 'custom_emoji:👍:5368324170671202286']],
    ['>a\n>b\nc', ['a\nb\nc', 'blockquote:a\nb\n']],
    ['>a\n>b||', ['a\nb', 'expandable_blockquote:a\nb']],
    ['>a||\nb', ['a\nb', 'expandable_blockquote:a\n']],
  ])('%j is read', (source, expected) => {
    expect(shown(parseMarkdownV2, source)).toEqual(expected);
  });

  test.each([
    ...[...']()>#+-=|{}.!'].map((char) => [
      `a${char}`,
      `Character '${char}' is reserved and must be escaped with the preceding '\\'`,
    ]),
    ['é*a', "Can't find end of Bold entity at byte offset 2"],
    ['_a', "Can't find end of Italic entity at byte offset 0"],
    ['```sh\na', "Can't find end of PreCode entity at byte offset 0"],
    ['[a', "Can't find end of TextUrl entity at byte offset 0"],
    ['[a](b', "Can't find end of a URL at byte offset 4"],
    ['>*a\nb*', "Can't find end of Bold entity at byte offset 1"],
    ['![a](b)', 'Invalid tg://emoji or tg://time URL specified'],
  ])('%j is refused', (source, message) => {
    expect(() => parseMarkdownV2(source)).toThrow(new ParseError(message));
  });
});

describe('legacy Markdown', () => {
  test.each([
    ['*a* _b_ `c`', ['a b c', 'bold:a', 'italic:b', 'code:c']],
    ['[x](https://example.com)', ['x', 'text_link:x:https://example.com/']],
    ['\\*a\\_b', ['*a_b']],
    ['```sh\nls```', ['ls', 'pre:ls:sh']],
    ['a.b-c!', ['a.b-c!']],
  ])('%j is read', (source, expected) => {
    expect(shown(parseMarkdown, source)).toEqual(expected);
  });

  test.each([
    ['snake_case', "Can't find end of the entity starting at byte offset 5"],
    ['[a', "Can't find end of the entity starting at byte offset 0"],
  ])('%j is refused', (source, message) => {
    expect(() => parseMarkdown(source)).toThrow(new ParseError(message));
  });
});

test('every parser terminates on any input, with entities inside the text, or refuses it', () => {
  const piece = fc.constantFrom(
    ...'ab*_~|`[]()!>\\\n \r<>&;="/é😀#',
    '||',
    '__',
    '```',
    '<b>',
    '</b>',
    '<a href="',
    '&lt;',
    '\n>',
  );
  const source = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(source, fc.constantFrom(parseHtml, parseMarkdown, parseMarkdownV2), (input, parse) => {
      try {
        const { text, entities } = parse(input);
        for (const { offset, length } of entities) {
          expect(length).toBeGreaterThan(0);
          expect(offset + length).toBeLessThanOrEqual(text.length);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }),
    { numRuns: 3000 },
  );
});
