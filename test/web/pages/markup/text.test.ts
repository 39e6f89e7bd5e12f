import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { htmlOf } from '../../../../src/web/pages/markup/entities.ts';
import { textOf } from '../../../../src/web/pages/markup/text.ts';
import { busyMs } from '../../../support/busy-ms.ts';

const written = (text: string, mode?: string) => String(textOf(text, mode));
const typed = (inside: string) => `<div class="typed">${inside}</div>`;
const link = (address: string, words: string) =>
  `<a href="${address}" target="_blank" rel="noopener noreferrer nofollow">${words}</a>`;
const spoiler = (words: string) =>
  `<details class="spoiler"><summary>Hidden text</summary><span>${words}</span></details>`;
const quote = (label: string, words: string) =>
  `<details class="quote"><summary>${label}</summary><blockquote>${words}</blockquote></details>`;
const block = (words: string) => `<pre tabindex="0">${words}</pre>`;

test.each([
  ['HTML', '<b>a</b> <strong>b</strong>', '<strong>a</strong> <strong>b</strong>'],
  ['HTML', '<i>a</i><em>b</em><u>c</u><s>d</s>', '<em>a</em><em>b</em><u>c</u><del>d</del>'],
  ['HTML', '<b>bold <i>and <u>more</u></i></b>', '<strong>bold <em>and <u>more</u></em></strong>'],
  ['HTML', '<code>x &lt; 1 &amp;&amp; y</code>', '<code>x &lt; 1 &amp;&amp; y</code>'],
  ['HTML', '<pre><code class="language-python">print(1)</code></pre>\nafter', `${block('print(1)')}after`],
  ['HTML', '<blockquote expandable>a\nb</blockquote>', quote('Quote of 2 lines', 'a\nb')],
  ['Markdown', '> a\n> b\n> c\n> ||d||', quote('Quote of 4 lines', 'a\nb\nc\n||d||')],
  ['HTML', '<tg-spoiler>a</tg-spoiler> <span class="tg-spoiler">b</span>', `${spoiler('a')} ${spoiler('b')}`],
  ['HTML', '<tg-emoji emoji-id="1">👍</tg-emoji>', '👍'],
  [
    'HTML',
    '<tg-time unix="1647531900" format="t">22:45</tg-time>',
    '<time datetime="2022-03-17T15:45:00.000Z" title="22:45" data-format="t">22:45</time>',
  ],
  ['HTML', '<tg-time unix="1647531900">22:45</tg-time>', '<time datetime="2022-03-17T15:45:00.000Z">22:45</time>'],
  [
    'Markdown',
    'at <t:1769774400:R>',
    'at <time datetime="2026-01-30T12:00:00.000Z" title="30 January 2026 12:00 UTC" data-format="r">30 January 2026 12:00 UTC</time>',
  ],
  [
    'HTML',
    '<a href="https://example.org/?a=1&amp;b=2">a <b>b</b></a>',
    link('https://example.org/?a=1&amp;b=2', 'a <strong>b</strong>'),
  ],
  ['HTML', '1 < 2 &#8364; &#x20AC; &copy;', '1 &lt; 2 € € ©'],
  ['HTML', '<b>no end', '<strong>no end</strong>'],
  ['HTML', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['HTML', '<img src=x onerror=alert(1)>', 'x'],
  ['HTML', '<b onclick="alert(1)" style="color:red">a</b>', '<strong>a</strong>'],
  ['MarkdownV2', '*bold* _it_ __under__ ~gone~', '<strong>bold</strong> <em>it</em> <u>under</u> <del>gone</del>'],
  ['MarkdownV2', '||secret|| `a\\`b` 3\\.5', `${spoiler('secret')} <code>a\`b</code> 3.5`],
  ['MarkdownV2', '```python\nprint(1 < 2)\n```', block('print(1 &lt; 2)')],
  ['MarkdownV2', '[a *link*](https://example.org/\\))', link('https://example.org/)', 'a <strong>link</strong>')],
  ['MarkdownV2', '>said\n>again\nafter', '<blockquote>said\nagain</blockquote>after'],
  ['MarkdownV2', '<b>no HTML</b>', '&lt;b&gt;no HTML&lt;/b&gt;'],
  ['MarkdownV2', '*open', '*open'],
  ['Markdown', '*bold* and _italic_', '<strong>bold</strong> and <em>italic</em>'],
  ['Markdown', '***both***', '<strong><em>both</em></strong>'],
  ['Markdown', '2*3*4 and src/*.ts lib/*.ts', '2*3*4 and src/*.ts lib/*.ts'],
  ['Markdown', '# Head\n- a\n- b', '<strong>Head</strong>\n• a\n• b'],
  ['Markdown', '| a | b |\n|---|---|\n| 1 | 2 |', block('a  b\n─  ─\n1  2')],
  ['Markdown', '<b>no HTML</b> &amp;', '&lt;b&gt;no HTML&lt;/b&gt; &amp;'],
  ['none', '*not* <b>this</b>\n  indented', '*not* &lt;b&gt;this&lt;/b&gt;\n  indented'],
  ['something new', '*not*', '*not*'],
])('%s: %s', (mode, text, html) => {
  expect(written(text, mode)).toBe(typed(html));
});

test.each([
  [
    'see https://example.org/a_(b), or not',
    `see ${link('https://example.org/a_(b)', 'https://example.org/a_(b)')}, or not`,
  ],
  ['(https://example.org/?a="b")', `(${link('https://example.org/?a=', 'https://example.org/?a=')}&quot;b&quot;)`],
  ['http://localhost/ and ftp://a.b', `${link('http://localhost/', 'http://localhost/')} and ftp://a.b`],
])('an address in the text is a link: %s', (text, html) => {
  expect(written(text, 'none')).toBe(typed(html));
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
  expect(written(`[words](${address})`, 'Markdown')).not.toContain('<a ');
});

describe('a long text is folded', () => {
  const lines = (mark: string) => Array.from({ length: 40 }, (_, index) => `${mark}line ${index}${mark}`).join('\n');
  test.each([
    ['none', '', 'line 13', 'line 14\n'],
    ['MarkdownV2', '*', '<strong>line 13</strong>', '<strong>line 14</strong>\n'],
  ])('in %s', (mode, mark, last, first) => {
    const html = written(lines(mark), mode);
    expect(html).toContain(`${last}</div><details class="more">`);
    expect(html).toContain(`<div class="typed">${first}`);
  });

  test('also within one long format, and never within a character', () => {
    const html = written(`<b>${'👍'.repeat(1500)}</b>`, 'HTML');
    expect(html).toMatch(/^<div class="typed"><strong>(?:👍)+<\/strong><\/div><details class="more">/u);
    expect(html.match(/👍/gu)).toHaveLength(1500);
  });
});

test('entities that cross or leave the text lose no words', () => {
  const html = htmlOf({
    text: 'abcdef',
    entities: [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 2, length: 4 },
      { type: 'code', offset: 5, length: 9 },
    ],
  });
  expect(String(html)).toBe('<strong>ab<em>cd</em></strong>e<code>f</code>');
});

/** These hung the dashboard, or made its pages fail. */
test.each([
  ['MarkdownV2', `\`\`\`${'\\\\'.repeat(60)}`],
  ['MarkdownV2', '['.repeat(4096)],
  ['MarkdownV2', '||'.repeat(2048)],
  ['Markdown', '>'.repeat(4000)],
  ['Markdown', '*a _'.repeat(1024)],
  ['HTML', '<b>'.repeat(1365)],
  ['HTML', '<a href="'.repeat(455)],
])('in %s, %s is written soon', (mode, text) => {
  // Some milliseconds of processor time; without bounds seconds, or no end.
  const before = busyMs();
  textOf(text, mode);
  expect(busyMs() - before).toBeLessThan(500);
});

test('any text in any parse mode is rendered with known elements only', () => {
  const pieces = fc.constantFrom(
    ...['<b>', '</b>', '<script>', '<a href="', 'javascript:', '">', '</a>', '<pre>', '</pre>', '<img onerror=x ', '>'],
    ...[
      '*',
      '_',
      '||',
      '`',
      '```',
      '[a](',
      ')',
      '&lt;',
      '&#60;',
      '"',
      "'",
      '\n',
      '>',
      '\\',
      'words',
      'https://e.org',
      '<t:1769774400:R>',
      '<tg-time unix="1647531900" format="wDT">',
      '</tg-time>',
    ],
  );
  const texts = fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 30 }).map((all) => all.join(''));
  const modes = fc.constantFrom('HTML', 'MarkdownV2', 'none', 'Markdown');
  const ours =
    /<(?:\/?(?:strong|em|u|del|code|blockquote|span|details|summary|div|pre|time|a)|div class="typed"|pre tabindex="0"|details class="(?:spoiler|more|quote)"|time datetime="[\dTZ:.-]+"(?: title="[^"<>]*" data-format="[rRtTdDwW]+")?|a href="(?:https?:\/\/|tg:)[^"<>]*" target="_blank" rel="noopener noreferrer nofollow")>/gi;
  fc.assert(
    fc.property(texts, modes, (text, mode) => {
      expect(written(text, mode).replace(ours, '')).not.toMatch(/[<>]/);
    }),
    { numRuns: 3000 },
  );
});
