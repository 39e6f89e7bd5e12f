import { describe, expect, test } from 'vitest';
import { readMarkup } from '../../../src/markup/read.ts';
import { writeHtml } from '../../../src/markup/telegram/write-html.ts';

describe('writeHtml', () => {
  test.each([
    'a & b < c > d "e"',
    '**bold _italic_ more** ~~gone~~ ||hidden||',
    '**a** _b_ `c<d>`',
    '[link & text](https://example.org/?a=1&b="2")',
    '```ts\nconst a = "<b>";\n\n  const c = 1;\n```',
    '> one\n> two **three**',
    '> 1\n> 2\n> 3\n> 4\n> 5\n\nafter',
    'before\n\n> quote\n\nafter\nlast',
    '<t:1769774400:R> and <t:1769774400>',
    '🚨 **emoji 🎉** after',
    '- one\n- two\n\n1. three',
    'two\n\n\nblank  lines   and spaces',
  ])('%j comes back as it was', (markdown) => {
    const read = readMarkup(markdown, 'Markdown');
    expect(readMarkup(writeHtml(read), 'HTML')).toEqual(read);
  });

  test('ends a format where the one around it ends', () => {
    const entities = [
      { type: 'bold', offset: 0, length: 3 },
      { type: 'italic', offset: 2, length: 3 },
    ] as const;
    expect(writeHtml({ text: 'abcdef', entities })).toBe('<b>ab<i>c</i></b>def');
  });
});
