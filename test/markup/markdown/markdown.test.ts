import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asMessage } from '../../../src/markup/entities.ts';
import type { FormattedText } from '../../../src/markup/formatted.ts';
import { renderMarkdown } from '../../../src/markup/markdown/markdown.ts';
import { faultsOf } from '../../bot/telegram/render/faults.ts';

/** Shows entities as `‹type:covered›`, innermost last, so that a case reads as one line. */
function shown({ text, entities }: FormattedText): readonly string[] {
  const name = (entity: FormattedText['entities'][number]) => entity.url ?? entity.language ?? '';
  return [
    text,
    ...entities.map(
      (one) => `${one.type}${name(one) && ` ${name(one)}`}: ${text.slice(one.offset, one.offset + one.length)}`,
    ),
  ];
}

const cases: ReadonlyArray<readonly [source: string, text: string, ...entities: string[]]> = [
  ['*bold* and _italic_', 'bold and italic', 'bold: bold', 'italic: italic'],
  ['**bold** and __bold__', 'bold and bold', 'bold: bold', 'bold: bold'],
  ['***both***', 'both', 'italic: both', 'bold: both'],
  ['~~gone~~ but ~/here and ~/there', 'gone but ~/here and ~/there', 'strikethrough: gone'],
  ['这是**重点**内容', '这是重点内容', 'bold: 重点'],
  ['🔴*Alert*', '🔴Alert', 'bold: Alert'],
  ['**a `c` b**', 'a c b', 'bold: a ', 'code: c', 'bold:  b'],
  ['## Load on `web-1`', 'Load on web-1', 'bold: Load on ', 'code: web-1'],
  ['Total\n=====\n12', 'Total\n12', 'bold: Total'],
  ['a\nb\n---\nc', 'a\nb\n———\nc'],
  ['one\n\n\n\ntwo\n***\nthree', 'one\n\ntwo\n———\nthree'],
  ['cpu:\n  user: 5\n    *nice*: 1', 'cpu:\n  user: 5\n    nice: 1', 'bold: nice'],
  ['- a\n  - b\n- [x] done\n- [ ] open', '• a\n  • b\n☑ done\n☐ open'],
  ['3. c\n5. e', '3. c\n5. e'],
  ['1. a\n1. b\n1. c', '1. a\n2. b\n3. c'],
  ['1) a\n   - b', '1) a\n   • b'],
  ['> said *so*\n> > before\n\nafter', 'said so\n> before\n\nafter', 'blockquote: said so\n> before', 'bold: so'],
  ['> a\n> b\n> c', 'a\nb\nc', 'blockquote: a\nb\nc'],
  ['> a\n>\n> b\n> *c*\n\nd', 'a\n\nb\nc\n\nd', 'expandable_blockquote: a\n\nb\nc', 'bold: c'],
  ['> a\n> - b\n>   - c\n> - d', 'a\n• b\n  • c\n• d', 'expandable_blockquote: a\n• b\n  • c\n• d'],
  ['> a\n> ```\n> b\n> c\n> d\n> ```', 'a\nb\nc\nd', 'expandable_blockquote: a\nb\nc\nd', 'pre: b\nc\nd'],
  ['> a\n> b\n> c\n>\n>', 'a\nb\nc', 'blockquote: a\nb\nc'],
  ['```python\nx = 1\n\n  y_z *\n```', 'x = 1\n\n  y_z *', 'pre python: x = 1\n\n  y_z *'],
  ['```Error: disk full\nat a.b\n```', 'Error: disk full\nat a.b', 'pre: Error: disk full\nat a.b'],
  ['```\nunclosed', 'unclosed', 'pre: unclosed'],
  ['```python title="a.py"\nx = 1\n```', 'x = 1', 'pre python: x = 1'],
  ['```python {1,3-5} linenums="1"\nx = 1\n```', 'x = 1', 'pre python: x = 1'],
  ['```js{1,3}\nx\n```', 'x', 'pre js: x'],
  ['```yaml:docker-compose.yml\nx\n```', 'x', 'pre yaml: x'],
  ['~~~ {.haskell .numberLines}\nx\n~~~', 'x', 'pre haskell: x'],
  ['```{r, echo=FALSE}\nx\n```', 'x', 'pre r: x'],
  ['``` title="a b.txt"\nx\n```', 'x', 'pre: x'],
  ['```ls -la /tmp\ntotal 0\n```', 'ls -la /tmp\ntotal 0', 'pre: ls -la /tmp\ntotal 0'],
  ['```Error:x\ny\n```', 'Error:x\ny', 'pre: Error:x\ny'],
  ['```\n    PID TTY\n   1 pts/0\n```', '    PID TTY\n   1 pts/0', 'pre:     PID TTY\n   1 pts/0'],
  ['      if x:\n        y\n    z', '  if x:\n    y\nz', 'pre:   if x:\n    y\nz'],
  ['a\n\n    b\n      c', 'a\n\nb\n  c', 'pre: b\n  c'],
  ['- a\n\n      b\n        c', '• a\n\nb\n  c', 'pre: b\n  c'],
  ['  PID TTY\n 1234 pts', ' PID TTY\n1234 pts'],
  ['    PID TTY\n  12 pts\n   7 *pts*', '    PID TTY\n  12 pts\n   7 pts', 'bold: pts'],
  ['```\na\tb\nabcdefgh\tb\n```', 'a       b\nabcdefgh        b', 'pre: a       b\nabcdefgh        b'],
  ['[log](https://x.org/a_b?c=*)', 'log', 'text_link https://x.org/a_b?c=*: log'],
  ['[log](https://x.org "Today")', 'log (Today)', 'text_link https://x.org: log'],
  ['[`k`](http://x.org)', 'k', 'text_link http://x.org: k'],
  ['[log](/var/log/a_b) [me](mailto:a@b.c)', 'log (/var/log/a_b) me (a@b.c)'],
  ['[here](http://localhost:3000/)', 'here (http://localhost:3000/)'],
  ['![chart](https://x.org/c.png)', 'chart', 'text_link https://x.org/c.png: chart'],
  ['[![x](https://a.b/i)](https://c.d)', 'x', 'text_link https://c.d: x'],
  ['see [a]\n\n[a]: https://x.org', 'see a', 'text_link https://x.org: a'],
  ['[ERROR]: failed\n[WARN]: slow', '[ERROR]: failed\n[WARN]: slow'],
  ['so[^1]\n\n[^1]: the *why*', 'so[^1]\n\n[^1]: the why', 'bold: why'],
  ['<b>*x*</b>\n<div>\ny &amp; z', '<b>x</b>\n<div>\ny & z', 'bold: x'],
  ['\\*not bold\\*', '*not bold*'],
  // References to control characters
  ['one&#13;&#10;two&#12;three &#xfeff;*x*', 'one\ntwo\nthree x', 'bold: x'],
  [
    '![a&#13;b](https://x.org) [c](https://y.org "d&#12;e")',
    'a\nb c (d\ne)',
    'text_link https://x.org: a\nb',
    'text_link https://y.org: c',
  ],
];

const asTyped = [
  'snake_case_name and file_name_here',
  '2*3*4 = 24, 5 * 3 = 15, 10**2 + 3**2',
  '/srv/*/data/*/x, *.txt, *.csv, src/**/lib/**/y',
  'a/__init__.py, __init__.py, obj.__call__()',
  'https://x.org/a_b_c/*d*?e=~~f~~ www.a.org/_x_ a_b@c.org',
  '0 9 * * 1-5',
  '||not hidden||',
  'if a < b and c > d: x[i](j) && y',
  '5 > 3\n#hashtag\n-5 degrees',
  '`',
  '[',
  '**',
];

describe('Markdown', () => {
  test.each(cases)('%j becomes text and entities', (source, ...expected) => {
    const rendered = renderMarkdown(source);
    const order = expected.slice(1).sort();
    const [text, ...entities] = shown(rendered);
    expect([text, ...entities.sort()]).toEqual([expected[0], ...order]);
    expect(faultsOf(asMessage(rendered), 4096)).toEqual([]);
  });

  test.each(asTyped)('%j stays as typed', (source) => {
    expect(shown(renderMarkdown(source)).filter((line) => !line.startsWith('pre'))).toEqual([source]);
  });

  test('a table becomes aligned columns, wide letters counted twice', () => {
    const { text, entities } = renderMarkdown('| Host | 負荷 |\n|:--|--:|\n| web_1 | *12* |\n| db | 3 | extra |');
    expect(text).toBe('Host   負荷\n─────  ────  ─────\nweb_1    12\ndb        3  extra');
    expect(entities).toEqual([{ type: 'pre', offset: 0, length: text.length }]);
  });

  test('a table wider than a screen becomes a list of names and values', () => {
    const wide = (cell: string) => `${cell} ${'x'.repeat(30)}`;
    const source = `| Host | Error | Log |\n|--|--|--|\n| web_1 | ${wide('disk')} | [log](https://x.org/)${wide('')} |\n| db |  | ${wide('*ok*')} |`;
    const rendered = renderMarkdown(source);
    expect(shown(rendered)).toEqual([
      `Host: web_1\nError: ${wide('disk')}\nLog: log ${wide('').trim()}\n\nHost: db\nLog: ${wide('ok')}`,
      'text_link https://x.org/: log',
      'bold: ok',
    ]);
    expect(renderMarkdown(`| ${'a'.repeat(29)} | ${'b'.repeat(29)} |\n|--|--|`).entities[0]?.type).toBe('pre');
  });

  test('a text too long to parse keeps its formatted beginning and loses no letter', () => {
    const source = 'The *nightly* backup of `db_main` took **12 min**.\n\n'.repeat(2000);
    const { text, entities } = renderMarkdown(source);
    expect(text.startsWith('The nightly backup')).toBe(true);
    expect(text.endsWith('took **12 min**.')).toBe(true);
    expect(entities[0]).toEqual({ type: 'bold', offset: 4, length: 7 });
    expect(text.match(/backup/g)).toHaveLength(2000);
  });

  test('a fenced block stays whole across blank lines, however long', () => {
    const code = 'def f(a_b):\n    return *a_b\n\n'.repeat(100).trim();
    const { text, entities } = renderMarkdown(`*Code*\n\n\`\`\`py\n${code}\n\`\`\`\n\nend`);
    expect(text).toBe(`Code\n\n${code}\n\nend`);
    expect(entities.map(({ type }) => type)).toEqual(['bold', 'pre']);
  });
});

/** Pieces of Markdown without an address, a code's language or `&…;`: what holds these is syntax and may go. */
const pieces = fc.constantFrom(
  ...[
    'word',
    'snake_case',
    'É',
    '你好',
    '😀',
    '👩‍🚀',
    ' ',
    ' ',
    '\n',
    '\n\n',
    '*',
    '**',
    '_',
    '__',
    '~~',
    '`',
    '``',
    '\n```\n',
  ],
  ...[
    '\n- ',
    '\n  - ',
    '\n> ',
    '\n# ',
    '\n---\n',
    '\n| a | b |\n|--|--|\n| c',
    '|',
    '[',
    ']',
    '(',
    '[a]',
    '![',
    '<b>',
    '</b>',
  ],
  ...[
    '\n[ref]: dest\n',
    '[^n]',
    '\n[^n]: foot',
    '\\',
    '\t',
    '    ',
    '.',
    '/',
    '!',
    '\n=\n',
    '- [x] t',
    'www.a.org',
    '<!--',
  ],
);
const markdown = fc.array(pieces, { maxLength: 40 }).map((all) =>
  all
    .join('')
    .replaceAll('](', '] (')
    .replace(/`{3,}|~{3,}/g, '$&\n'),
);
const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');

describe('any Markdown', () => {
  test('keeps every letter, in order', () => {
    fc.assert(
      fc.property(markdown, (source) => {
        // A wide table becomes a list, which repeats the names of its columns.
        fc.pre(!/^(?=.*\|).{55}/m.test(source));
        // `[x] t` loses its x to the box.
        expect(letters(renderMarkdown(source).text.replaceAll('☑', 'x'))).toBe(letters(source));
      }),
      { numRuns: 3000 },
    );
  });

  test('gives entities that Telegram takes', () => {
    const timed = fc
      .array(fc.oneof(pieces, fc.constantFrom('<t:1769774400>', '<t:1769774400:R>', '\n> a\n> b\n> c\n> ')), {
        maxLength: 40,
      })
      .map((all) => all.join(''));
    const wild = fc.oneof(markdown, timed, fc.string({ unit: 'grapheme', maxLength: 200 }));
    fc.assert(
      fc.property(wild, (source) => {
        const rendered = asMessage(renderMarkdown(source));
        if (rendered.text !== '')
          expect(faultsOf(rendered, Number.POSITIVE_INFINITY).filter((one) => !/has \d+ ent/.test(one))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});
