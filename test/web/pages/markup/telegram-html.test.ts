import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../../../src/web/pages/markup/text.ts';

const written = (text: string, mode?: string) => String(textOf(text, mode));
const typed = (inside: string) => `<div class="typed">${inside}</div>`;
const link = (address: string, words: string) =>
  `<a href="${address}" target="_blank" rel="noopener noreferrer nofollow">${words}</a>`;
const spoiler = (words: string) =>
  `<details class="spoiler"><summary>Hidden text</summary><span>${words}</span></details>`;

describe('Telegram’s HTML', () => {
  test.each([
    ['<b>a</b> <strong>b</strong>', '<strong>a</strong> <strong>b</strong>'],
    ['<i>a</i><em>b</em><u>c</u><ins>d</ins>', '<em>a</em><em>b</em><u>c</u><u>d</u>'],
    ['<s>a</s><strike>b</strike><del>c</del>', '<del>a</del><del>b</del><del>c</del>'],
    ['<b>bold <i>and <u>more</u></i></b>', '<strong>bold <em>and <u>more</u></em></strong>'],
    ['<code>x &lt; 1 &amp;&amp; y</code>', '<code>x &lt; 1 &amp;&amp; y</code>'],
    [
      '<pre><code class="language-python">print(1)</code></pre>\nafter',
      '<pre tabindex="0"><code>print(1)</code></pre>after',
    ],
    ['<blockquote expandable>a\nb</blockquote>', '<blockquote>a\nb</blockquote>'],
    ['<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>', spoiler('a') + spoiler('b')],
    ['<tg-emoji emoji-id="1">👍</tg-emoji>', '👍'],
    ['<a href="https://example.org/?a=1&amp;b=2">a</a>', link('https://example.org/?a=1&amp;b=2', 'a')],
    ["<A HREF='tg://user?id=1'>a</A>", link('tg://user?id=1', 'a')],
    ['1 < 2 &#8364; &#x20AC; &copy;', '1 &lt; 2 € € &amp;copy;'],
  ])('%s', (text, html) => {
    expect(written(text, 'HTML')).toBe(typed(html));
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    '&#106;avascript:alert(1)',
    'data:text/html,<b>',
    'vbscript:x',
    '//evil.example',
    'file:///etc/passwd',
    '" onmouseover="alert(1)',
  ])('is not made a link: %s', (address) => {
    expect(written(`<a href="${address}">words</a>`, 'HTML')).not.toContain('<a ');
  });

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<b>no end',
    '<b><i>crossed</b></i>',
    '</b>',
    '<iframe src="https://example.org"></iframe>',
    '<b>'.repeat(1000),
  ])('stays as typed because Telegram would refuse it: %s', (text) => {
    expect(written(text, 'HTML')).toMatch(/^<p class="typed">(?:[^<]*)<\/p>/);
  });

  test('a text truncated within an element keeps its markup', () => {
    expect(written(`<b>${'a'.repeat(4092)}…`, 'HTML')).toBe(typed(`<strong>${'a'.repeat(4092)}…</strong>`));
  });

  test('attributes never get into the page', () => {
    const text = '<b onclick="alert(1)" style="color:red">a</b><code class="x" id="main">b</code>';
    expect(written(text, 'HTML')).toBe(typed('<strong>a</strong><code>b</code>'));
  });
});

describe('MarkdownV2', () => {
  test.each([
    ['*bold* _it_ __under__ ~gone~', '<strong>bold</strong> <em>it</em> <u>under</u> <del>gone</del>'],
    ['||secret|| `a\\`b` 3\\.5', `${spoiler('secret')} <code>a\`b</code> 3.5`],
    ['```python\nprint(1 < 2)\n```', '<pre tabindex="0">print(1 &lt; 2)\n</pre>'],
    ['[a *link*](https://example.org/\\))', link('https://example.org/)', 'a <strong>link</strong>')],
    ['[a](javascript:alert\\(1\\))', 'a'],
    ['>said\n>again\nafter', '<blockquote>said\nagain\n</blockquote>after'],
    ['*_both_*', '<strong><em>both</em></strong>'],
    ['<b>no HTML</b>', '&lt;b&gt;no HTML&lt;/b&gt;'],
  ])('%s', (text, html) => {
    expect(written(text, 'MarkdownV2')).toBe(typed(html));
  });

  test.each(['*open', '[open', '*crossed _marks* here_'])(
    'stays as typed because Telegram would refuse it: %s',
    (text) => {
      expect(written(text, 'MarkdownV2')).toBe(`<p class="typed">${text}</p>`);
    },
  );
});

describe('Markdown', () => {
  test.each([
    ['*bold* and _italic_', '<p><strong>bold</strong> and <em>italic</em></p>'],
    ['***both***', '<p><em><strong>both</strong></em></p>'],
    ['2*3*4 and src/*.ts lib/*.ts', '<p>2*3*4 and src/*.ts lib/*.ts</p>'],
    ['a/__init__.py', '<p>a/__init__.py</p>'],
  ])('%s', (text, html) => {
    expect(written(text)).toBe(html);
  });
});

test('plain text keeps its marks, lines and spaces; a long one is folded', () => {
  expect(written('*not* <b>this</b>\n  indented', 'none')).toBe(
    '<p class="typed">*not* &lt;b&gt;this&lt;/b&gt;\n  indented</p>',
  );
  const long = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
  expect(written(long, 'none')).toMatch(/line 13<\/p><details class="more">.*<p class="typed">line 14\n/);
});

test('any text in any parse mode is rendered with known elements only', () => {
  const pieces = fc.constantFrom(
    ...['<b>', '</b>', '<script>', '<a href="', 'javascript:', '">', '</a>', '<pre>', '</pre>', '<img onerror=x ', '>'],
    ...['*', '_', '||', '`', '```', '[a](', ')', '&lt;', '&#60;', '"', "'", '\n', '>', '\\', 'words', 'https://e.org'],
  );
  const texts = fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 30 }).map((all) => all.join(''));
  const modes = fc.constantFrom('HTML', 'MarkdownV2', 'none', 'Markdown');
  const ours =
    /<(?:\/?(?:strong|em|u|del|code|blockquote|p|br|hr|span|details|summary|div|ul|ol|li|table|thead|tbody|tr|td|th|pre|a)|p class="(?:typed|heading)"|div class="(?:typed|wide-box)"(?: tabindex="0")?|pre tabindex="0"|details class="(?:spoiler|more)"|ol start="\d+"|th scope="col"|a href="(?:https?:\/\/|mailto:|tg:\/\/)[^"<>]*" target="_blank" rel="noopener noreferrer nofollow")>/gi;
  fc.assert(
    fc.property(texts, modes, (text, mode) => {
      expect(written(text, mode).replace(ours, '')).not.toMatch(/[<>]/);
    }),
    { numRuns: 3000 },
  );
});
