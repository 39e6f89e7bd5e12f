import { describe, expect, test } from 'vitest';
import { renderParts } from '../../../src/bot/telegram/render/parts.ts';
import { parsingCost } from '../../../src/markup/markdown/cost.ts';
import { busyMs } from '../../support/busy-ms.ts';

const LENGTH = 100_000;
/** No text may hold the event loop for 200 ms; ten times that, since processors differ. */
const BOUND_MS = 2000;

const units = [
  ...[
    '*',
    '_',
    '~',
    '`',
    '[',
    ']',
    '>',
    '<',
    '|',
    '#',
    '-',
    '+',
    '=',
    '!',
    '&',
    '\\',
    ' ',
    '\n',
    '\t',
    '\u0000',
    '\ud83d',
    '\u0301',
    '👩‍🚀',
  ],
  ...[
    '*a',
    '*a ',
    'a* ',
    'a**b',
    '*_',
    '*a _b ',
    '`a',
    '[a](',
    '[a]',
    '![',
    '> ',
    '>a\n',
    '- ',
    '- a\n',
    '1. ',
    '\t- a\n',
    '> - ',
  ],
  ...[
    '*a*\n\n',
    '# a\n',
    'a\n=\n',
    'a\n-\n',
    '```\n',
    '> ```\n',
    '|a',
    '|1|2|\n',
    '<!--',
    '<?',
    '<a ',
    'www.a.b ',
    'a@b.c ',
    '\u001b[',
  ],
  ...[
    '[a]: b\n',
    '[^a]: b\n',
    '[^a]',
    '[a]: http://x.y\n[a]\n\n',
    '[a](http://x.y) ',
    '**a** ',
    'word ',
    'word\n\n',
    'a_b word\n',
  ],
  ...[
    '/\\.',
    '^\\.',
    'C:\\a\\. ',
    '\\. ',
    '+ 1\n- 1\n',
    '- 1\n\n',
    '# a = b;\n',
    '>5\n',
    '--- a\n+++ b\n',
    "`a' ",
    'a |\n-+-\n',
  ],
  ...[
    ' a \n---\n',
    '* a\n  b\n',
    '\\\n',
    'Traceback (most recent call last):\n',
    '1a1\n> a\n',
    '<<<<<<< a\n',
    '+-+\n|\n',
  ],
];
const nested = (step: string) => {
  let text = '';
  for (let depth = 0; text.length < LENGTH; depth += 1) text += `${step.repeat(depth)}- a\n`;
  return text;
};
const texts: ReadonlyArray<readonly [string, string]> = [
  ...units.map((unit) => [`${JSON.stringify(unit)} repeated`, unit.repeat(Math.ceil(LENGTH / unit.length))] as const),
  ['lists nested by two spaces', nested('  ')],
  ['lists nested by markers', nested('- ')],
  ['emphasis opened, then closed', '*a _b '.repeat(8000) + 'c_ d* '.repeat(8000)],
  ['a table of wide cells', `|a|b|\n|-|-|\n|${'x'.repeat(2000)}|\n${'|1|2|\n'.repeat(300)}`],
];

describe('the worst texts', () => {
  // Shorter ones too: what is refused at full length may be parsed below it.
  test.each(texts)('%s are rendered without holding up anyone', (_, whole) => {
    for (const length of [1000, 4000, 16_000, LENGTH]) {
      const start = busyMs();
      const parts = renderParts({ text: whole.slice(0, length), parseMode: 'Markdown' }, []);
      expect(busyMs() - start).toBeLessThan(BOUND_MS);
      expect(parts.length).toBeGreaterThan(0);
    }
  });

  test.each([
    ['HTML', '<b>x</b>'],
    ['HTML', '<ul><li>'],
    ['HTML', '<a href="https://x.org/">x</a> '],
    ['MarkdownV2', '`a`'],
    ['MarkdownV2', '[x]('],
    ['MarkdownV2', '[x](https://x.org) '],
    ['MarkdownV2', '*_~__||'],
  ] as const)('in %s, %j repeated, are rendered and split without holding up anyone', (parseMode, unit) => {
    const start = busyMs();
    expect(renderParts({ text: unit.repeat(LENGTH / unit.length), parseMode }, []).length).toBeGreaterThan(0);
    expect(busyMs() - start).toBeLessThan(BOUND_MS);
  });
});

test('what the parser reads again and again costs more than the budget, and the same marks in order do not', () => {
  expect(parsingCost('\\``'.repeat(1333))).toBeGreaterThan(100_000);
  expect(parsingCost('`a` '.repeat(1000))).toBeLessThan(100_000);
});
