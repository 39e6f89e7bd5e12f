import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asMessage } from '../../../src/markup/entities.ts';
import { renderMarkdownV2 } from '../../../src/markup/telegram/markdown-v2.ts';
import { faultsOf } from '../../bot/telegram/render/faults.ts';
import { busyMs } from '../../support/busy-ms.ts';
import { shown } from './shown.ts';

const cases: ReadonlyArray<readonly [source: string, text: string, ...entities: string[]]> = [
  // Telegram's own examples: https://core.telegram.org/bots/api#markdownv2-style
  ['*bold \\*text*', 'bold *text', 'bold: bold *text'],
  [
    '_italic \\_text_ __underline__ ~gone~ ||spoiler||',
    'italic _text underline gone spoiler',
    'italic: italic _text',
    'underline: underline',
    'strikethrough: gone',
    'spoiler: spoiler',
  ],
  [
    '*b _ib ~ibs~ __uib___ b*',
    'b ib ibs uib b',
    'bold: b ib ibs uib b',
    'italic: ib ibs uib',
    'strikethrough: ibs',
    'underline: uib',
  ],
  ['___iu_**__ x', 'iu x', 'italic: iu', 'underline: iu'],
  ['[inline URL](http://www.example.com/a\\)b)', 'inline URL', 'text_link http://www.example.com/a)b: inline URL'],
  ['[mention](tg://user?id=123456789)', 'mention', 'text_link tg://user?id=123456789: mention'],
  ['![👍](tg://emoji?id=5368324170671202286)', '👍', 'custom_emoji 5368324170671202286: 👍'],
  ['![👍](tg://emoji?id=0) ![👍](tg://emoji?id=99999999999999999999)', '👍 👍'],
  ['![22:45](tg://time?unix=1647531900&format=wDT)', '22:45', 'date_time 1647531900 wDT: 22:45'],
  ['`x \\` \\\\ *y*`', 'x ` \\ *y*', 'code: x ` \\ *y*'],
  ['```\nx = 1\n```\nafter', 'x = 1\nafter', 'pre: x = 1'],
  ['```python\n\\`x\\`\n  y\n```', '`x`\n  y', 'pre python: `x`\n  y'],
  ['```one line```', 'one line', 'pre: one line'],
  ['>q1\n>*q2*\nafter', 'q1\nq2\nafter', 'blockquote: q1\nq2', 'bold: q2'],
  ['>q1\n**>q2\n>q3||', 'q1\nq2\nq3', 'blockquote: q1', 'expandable_blockquote: q2\nq3'],
  ['a\\.b\\-c \\# \\x', 'a.b-c # x'],
  // What Telegram would refuse
  ['v1.2 (x) #tag - 3 + 4 = 7! {a} a|b > c', 'v1.2 (x) #tag - 3 + 4 = 7! {a} a|b > c'],
  ['50% *now', '50% *now'],
  ['*a _b* c_', 'a _b c_', 'bold: a _b'],
  ['`open', '`open'],
  ['```open', '```open'],
  ['x\n```sh\n\\`open\\`', 'x\n`open`', 'pre sh: `open`'],
  ['[ERROR] failed [x] []', '[ERROR] failed [x] []'],
  ['[a](open *b*', '[a](open b', 'bold: b'],
  ['[c]() ![d](x)', '[c]() d (x)'],
  ['>*a\nb*', '*a\nb*', 'blockquote: *a'],
  ['*x\n>q*y\nz*', 'x\nq*y\nz', 'blockquote: q*y', 'bold: \nz', 'bold: q*y', 'bold: x\n'],
  ['> with a space', 'with a space', 'blockquote: with a space'],
  ['```ls -la /tmp\ntotal 0\n```', 'ls -la /tmp\ntotal 0', 'pre: ls -la /tmp\ntotal 0'],
  ['[here](http://localhost/x) [mail](mailto:a@b.c)', 'here (http://localhost/x) mail (a@b.c)'],
  ['[https://x.org]', 'https://x.org', 'text_link https://x.org: https://x.org'],
  ['![x](tg://time?unix=0&format=T)', 'x'],
  ['*`a` b*', 'a b', 'bold:  b', 'code: a'],
  ['\\', '\\'],
];

describe('MarkdownV2', () => {
  test.each(cases)('%j becomes text and entities', (source, text, ...entities) => {
    const rendered = renderMarkdownV2(source);
    expect(shown(rendered)).toEqual([text, ...entities.sort()]);
    expect(faultsOf(asMessage(rendered), 4096)).toEqual([]);
  });

  test.each(['*', '_ ', '||', '`', '```', '[', '](', '[x](', '>\n', '**>', '*_~__||', '\\', '[a]'])(
    '%j ten thousand times holds nobody up',
    (piece) => {
      const begun = busyMs();
      renderMarkdownV2(piece.repeat(10_000));
      expect(busyMs() - begun).toBeLessThan(3000);
    },
  );
});

const pieces = fc.constantFrom(
  ...[
    'word',
    'É',
    '😀',
    ' ',
    ' ',
    '\n',
    '\n\n',
    '*',
    '_',
    '__',
    '~',
    '||',
    '`',
    '\n```\n',
    '[',
    ']',
    '(',
    ')',
    '![',
    '\\',
  ],
  ...['\n>', '**>', '.', '-', '|', '!', '#', '[a](z)', '[b](y)', '\t'],
);
const letters = (text: string) => text.replace(/[^\p{L}]/gu, '');

describe('any MarkdownV2', () => {
  test('keeps every letter, in order, and gives entities that Telegram takes', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (all) => {
        const source = all.join('');
        const rendered = renderMarkdownV2(source);
        const message = asMessage(rendered);
        if (message.text !== '') expect(faultsOf(message, Number.POSITIVE_INFINITY)).toEqual([]);
        expect(letters(rendered.text)).toBe(letters(source));
      }),
      { numRuns: 3000 },
    );
  });
});
