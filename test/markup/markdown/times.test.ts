import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/markup/markdown/markdown.ts';
import { shown } from '../telegram/shown.ts';

const AT = 1769774400;
const words = '30 January 2026 12:00 UTC';

test.each([
  ['<t:1769774400>', words, `Dt: ${words}`],
  ['<t:1769774400:t>', '12:00 UTC', 't: 12:00 UTC'],
  ['<t:1769774400:T>', '12:00:00 UTC', 'T: 12:00:00 UTC'],
  ['<t:1769774400:d>', '2026-01-30 UTC', 'd: 2026-01-30 UTC'],
  ['<t:1769774400:D>', '30 January 2026 UTC', 'D: 30 January 2026 UTC'],
  ['<t:1769774400:f>', words, `Dt: ${words}`],
  ['<t:1769774400:F>', `Friday, ${words}`, `wDt: Friday, ${words}`],
  ['<t:1769774400:R>', words, `r: ${words}`],
])('%s is a moment', (source, text, entity) => {
  expect(shown(renderMarkdown(source))).toEqual([text, `date_time ${AT} ${entity}`]);
});

describe('a moment', () => {
  const moment = `date_time ${AT} Dt: ${words}`;
  test.each([
    ['in a sentence', 'Due (<t:1769774400>).', `Due (${words}).`, moment],
    [
      'in bold, which Telegram has beside it',
      '**by <t:1769774400> at last**',
      `by ${words} at last`,
      'bold:  at last',
      'bold: by ',
      moment,
    ],
    ['in a list', '- <t:1769774400>\n- b', `• ${words}\n• b`, moment],
    ['in a quote', '> <t:1769774400>', words, `blockquote: ${words}`, moment],
    ['in a heading', '# At <t:1769774400>', `At ${words}`, 'bold: At ', moment],
    ['behind an escaped backslash', '\\\\<t:1769774400>', `\\${words}`, moment],
    ['as words of a link', '[at <t:1769774400>](https://x.org)', `at ${words}`, `text_link https://x.org: at ${words}`],
    [
      'as words of a table',
      '| a |\n|--|\n| <t:1769774400> |',
      `a\n${'─'.repeat(25)}\n${words}`,
      `pre: a\n${'─'.repeat(25)}\n${words}`,
    ],
  ])('stands %s', (_where, source, ...expected) => {
    expect(shown(renderMarkdown(source))).toEqual(expected);
  });

  test.each([
    ['in code', '`<t:1769774400>`', 'code: <t:1769774400>'],
    ['in a block of code', '```\n<t:1769774400>\n```', 'pre: <t:1769774400>'],
    ['behind a backslash', '\\<t:1769774400>'],
    ['as a reference', '&lt;t:1769774400>'],
  ])('is none %s', (_where, source, ...entities) => {
    expect(shown(renderMarkdown(source))).toEqual(['<t:1769774400>', ...entities]);
  });

  test.each([
    '<t:0>',
    '<t:2147483648>',
    '<t:99999999999>',
    '<t:-5>',
    '<t:1.5>',
    '<t:>',
    '<t:1769774400:>',
    '<t:1769774400:x>',
    '<t:1769774400:RR>',
    '<T:1769774400>',
    '<t:1769774400',
    '< t:1769774400>',
  ])('%s stays as typed', (source) => {
    expect(shown(renderMarkdown(`at ${source} or so`))).toEqual([`at ${source} or so`]);
  });

  test('is found at every second that Telegram takes, and nowhere else', () => {
    const styles = fc.constantFrom('', ':t', ':T', ':d', ':D', ':f', ':F', ':R', ':r', ':z');
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 2 ** 33 }), styles, (unix, style) => {
        const source = `a <t:${unix}${style}> b`;
        const { text, entities } = renderMarkdown(source);
        const isTime = unix >= 1 && unix < 2 ** 31 && !/[rz]/.test(style);
        expect(entities.map(({ type, unix_time }) => [type, unix_time])).toEqual(isTime ? [['date_time', unix]] : []);
        if (!isTime) expect(text).toBe(source);
      }),
    );
  });
});
