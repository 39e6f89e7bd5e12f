import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asMessage } from '../../../src/markup/entities.ts';
import { renderHtml } from '../../../src/markup/telegram/html.ts';
import { faultsOf } from '../../bot/telegram/render/faults.ts';
import { busyMs } from '../../support/busy-ms.ts';
import { shown } from './shown.ts';

const cases: ReadonlyArray<readonly [source: string, text: string, ...entities: string[]]> = [
  // Telegram's own examples: https://core.telegram.org/bots/api#html-style
  ['<b>bold</b>, <strong>bold</strong>', 'bold, bold', 'bold: bold', 'bold: bold'],
  ['<i>italic</i>, <em>italic</em>', 'italic, italic', 'italic: italic', 'italic: italic'],
  ['<u>underline</u>, <ins>too</ins>', 'underline, too', 'underline: too', 'underline: underline'],
  ['<s>a</s><strike>b</strike> <del>c</del>', 'ab c', 'strikethrough: a', 'strikethrough: b', 'strikethrough: c'],
  ['<span class="tg-spoiler">a</span> <tg-spoiler>b</tg-spoiler>', 'a b', 'spoiler: a', 'spoiler: b'],
  ['<b>b <i>ib <s>ibs</s></i> b</b>', 'b ib ibs b', 'bold: b ib ibs b', 'italic: ib ibs', 'strikethrough: ibs'],
  ['<a href="http://www.example.com/">inline URL</a>', 'inline URL', 'text_link http://www.example.com/: inline URL'],
  ['<a href="tg://user?id=123456789">mention</a>', 'mention', 'text_link tg://user?id=123456789: mention'],
  ['<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', '👍', 'custom_emoji 5368324170671202286: 👍'],
  ['<tg-time unix="1647531900" format="wDT">22:45</tg-time>', '22:45', 'date_time 1647531900 wDT: 22:45'],
  ['<tg-emoji emoji-id="0">👍</tg-emoji>', '👍'],
  ['<tg-emoji emoji-id="9223372036854775808">👍</tg-emoji>', '👍'],
  ['<tg-time unix="x" format="wDT">22:45</tg-time>', '22:45'],
  ['<code>x &lt; 1</code>', 'x < 1', 'code: x < 1'],
  ['<pre>a\n  b</pre>', 'a\n  b', 'pre: a\n  b'],
  ['<pre><code class="language-python">x = 1</code></pre>', 'x = 1', 'pre python: x = 1'],
  ['<blockquote>a\nb</blockquote>', 'a\nb', 'blockquote: a\nb'],
  ['<blockquote expandable>a</blockquote>b', 'a\nb', 'expandable_blockquote: a'],
  // Character references, in words and in addresses
  ['&lt;b&gt; &amp;amp; &quot;x&quot; &copy;&nbsp;2026 &euro; &hellip;', '<b> &amp; "x" ©\u00a02026 € …'],
  ['&#128512; &#x1F600; &#39;x&#39 &lt &nope; R&D a&copy=1', "😀 😀 'x' < &nope; R&D a&copy=1"],
  ['&#xd800;&#0;', '\ufffd\ufffd'],
  // References to control characters, as typed or without a semicolon
  ['a&#4;b &#x1b;[31mred&#27;[0m &#7 &#xfeff;c&#x7f;', 'ab red  c'],
  ['one&#13;&#10;two&#11;three&#x2028;four&#10 five', 'one\ntwo\nthree\nfour\n five'],
  ['<pre>x&#12;y&#4;</pre>', 'x\ny', 'pre: x\ny'],
  ['<code>a&#1;b</code> <img alt="&#2;c" src="https://x.org">', 'ab c', 'code: ab', 'text_link https://x.org: c'],
  ['<pre><code class="language-&#3;py">x</code></pre>', 'x', 'pre py: x'],
  ['<a href="https://x.org/?a=1&amp;b=2">l</a>', 'l', 'text_link https://x.org/?a=1&b=2: l'],
  ['<a href="https://x.org/?gt=1&lt=9&amp=3">l</a>', 'l', 'text_link https://x.org/?gt=1&lt=9&amp=3: l'],
  // What Telegram would refuse
  ['a <foo>b</foo> <john@x.org> x</bar>', 'a <foo>b</foo> <john@x.org> x</bar>'],
  ['if a < b and c > d, a<3, 1 <2> 3', 'if a < b and c > d, a<3, 1 <2> 3'],
  ['while (i<b && c>d) i++', 'while (i<b && c>d) i++'],
  ['a <b and c> d', 'a <b and c> d'],
  ['<b>open <i>both', 'open both', 'bold: open both', 'italic: both'],
  ['x</b> <i>a</b>c</i>', 'x ac', 'italic: ac'],
  ['<b>a<i>b</b>c</i>', 'abc', 'bold: ab', 'italic: b'],
  ['text <i class', 'text <i class'],
  ['<', '<'],
  ['a<!-- note -->b <!-- open', 'ab <!-- open'],
  ['<!DOCTYPE html><p>x', 'x'],
  // Lines
  ['a<br>b<br/>\nc<br><br>d', 'a\nb\nc\n\nd'],
  ['<p>One</p><p>Two</p>\n<p>Three</p>after', 'One\n\nTwo\n\nThree\n\nafter'],
  ['<p>a<p>b', 'a\n\nb'],
  ['Hi\n<ul>\n  <li>a</li>\n  <li><b>b</b></li>\n</ul>\nend', 'Hi\n• a\n• b\nend', 'bold: b'],
  ['<ol start="3"><li>c<ul><li>x<li>y</ul><li>d</ol>', '3. c\n   • x\n   • y\n4. d'],
  ['<ul><li><p>a</p></li></ul>', '• a'],
  ['<h1>Load</h1>text<hr>more', 'Load\n\ntext\n———\nmore', 'bold: Load'],
  ['<div>a</div><div>b</div>', 'a\nb'],
  [
    '<table><tr><th>A</th> <th>B</th></tr>\n<tr><td>1</td><td>2</td></tr></table>',
    'A | B\n1 | 2',
    'bold: A',
    'bold: B',
  ],
  // Cells without a row, and cells and rows without an end
  ['x<td>a</td>\n<td>b</td>y', 'x\na | b\ny'],
  ['<th>A</th><th>B</th><tr><td>1<td>2<tr><td>3', 'A | B\n1 | 2\n3', 'bold: A', 'bold: B'],
  ['<table><caption>Load</caption><td>1</td><td></td><td>2</td></table>', 'Load\n1 | 2'],
  ['<td><td>a</td></td>', 'a'],
  ['one\n\n\ntwo\n  three', 'one\n\n\ntwo\n  three'],
  // Addresses that can be no links
  ['<a href="http://localhost:3000/">here</a>', 'here (http://localhost:3000/)'],
  ['<a href="mailto:a@b.c">me</a> <a href="/x">y</a>', 'me (a@b.c) y (/x)'],
  ['<a href="http://localhost/">http://localhost/</a>', 'http://localhost/'],
  ['<a>https://x.org</a> <a name="z">w</a>', 'https://x.org w', 'text_link https://x.org: https://x.org'],
  ['<a href="https://x.org"></a>', 'https://x.org', 'text_link https://x.org: https://x.org'],
  ['<img src="https://x.org/c.png" alt="chart">', 'chart', 'text_link https://x.org/c.png: chart'],
  // What may not stand in one another
  ['<b>a <code>c</code> b</b>', 'a c b', 'bold:  b', 'bold: a ', 'code: c'],
  ['<b>in <blockquote>q</blockquote> x</b>', 'in \nq\nx', 'blockquote: q', 'bold: \nx', 'bold: in \n', 'bold: q'],
  ['<pre>a <b>b</b><br>c</pre>', 'a b\nc', 'pre: a b\nc'],
  ['<a href="https://x.org">a <a href="https://y.org">b</a></a>', 'a b', 'text_link https://x.org: a b'],
];

describe('HTML', () => {
  test.each(cases)('%j becomes text and entities', (source, text, ...entities) => {
    const rendered = renderHtml(source);
    expect(shown(rendered)).toEqual([text, ...entities.sort()]);
    expect(faultsOf(asMessage(rendered), 4096)).toEqual([]);
  });

  test.each(['<b>', '</b>', '<', '&', '&amp;', '<p>', '<ul><li>', '<a href="', '<pre><code>', '<!--', '<x y="'])(
    '%j ten thousand times holds nobody up',
    (piece) => {
      const begun = busyMs();
      renderHtml(piece.repeat(10_000));
      expect(busyMs() - begun).toBeLessThan(3000);
    },
  );
});

const pieces = fc.constantFrom(
  ...['word', 'É', '😀', ' ', ' ', '\n', '\n\n', '<b>', '</b>', '<i>', '</i>', '<code>', '</code>', '<pre>', '</pre>'],
  ...['<p>', '</p>', '<br>', '<ul>', '</ul>', '<ol>', '<li>', '<blockquote>', '</blockquote>', '<tr>', '<td>', '<a>'],
  ...['<foo>', '</foo>', '< 1', '&', '&x', '>', '"', '<b x y>', '<a href="https://x.org">', '</a>', '\t'],
);
const known = /<\/?(?:b|i|code|pre|p|br|ul|ol|li|blockquote|tr|td|a|a href="https:\/\/x\.org")>/g;
const letters = (text: string) => text.replace(/[^\p{L}]/gu, '');

describe('any HTML', () => {
  test('keeps every letter that is in no known tag, in order, and gives entities that Telegram takes', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (all) => {
        const source = all.join('');
        const rendered = renderHtml(source);
        const message = asMessage(rendered);
        if (message.text !== '') expect(faultsOf(message, Number.POSITIVE_INFINITY)).toEqual([]);
        const expected = letters(source.replace(known, ''));
        // An element without words of its own shows its address.
        expect(letters(rendered.text).replaceAll('httpsxorg', '')).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });
});
