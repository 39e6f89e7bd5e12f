import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitFormatted } from '../../../../src/bot/telegram/render/split.ts';
import { plainText } from '../../../../src/markup/entities.ts';
import type { Entity, FormattedText } from '../../../../src/markup/formatted.ts';
import { faultsOf } from './faults.ts';

const textsOf = (text: string, limit: number, entities: readonly Entity[] = []) =>
  splitFormatted({ text, entities }, limit).map((piece) => piece.text);

describe('splitting', () => {
  test('prefers paragraphs, then lines, sentences and words', () => {
    expect(textsOf('one two\n\nthree\nfour five', 20)).toEqual(['one two\n\nthree', 'four five']);
    expect(textsOf('one two three\n\nfour\nfive six', 20)).toEqual(['one two three', 'four\nfive six']);
    expect(textsOf('One two. Three four five', 16)).toEqual(['One two.', 'Three four five']);
    expect(textsOf('one two three', 8)).toEqual(['one two', 'three']);
  });

  test('cuts what has no natural place between characters, never inside one', () => {
    expect(textsOf('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(textsOf('😀😀😀', 3)).toEqual(['😀', '😀', '😀']);
    expect(textsOf('ab👩‍🚀👩‍🚀', 8)).toEqual(['ab👩‍🚀', '👩‍🚀']);
    expect(textsOf('🇩🇪🇫🇷🇮🇹', 6)).toEqual(['🇩🇪', '🇫🇷', '🇮🇹']);
  });

  test('keeps an entity that fits whole', () => {
    const bold: Entity = { type: 'bold', offset: 4, length: 14 };
    expect(splitFormatted({ text: 'one two three four five', entities: [bold] }, 16)).toEqual([
      plainText('one'),
      { text: 'two three four', entities: [{ type: 'bold', offset: 0, length: 14 }] },
      plainText('five'),
    ]);
  });

  test('keeps a block at the start whole where the text after it can be cut', () => {
    const code = 'a b\n\nc d';
    const entities: readonly Entity[] = [{ type: 'pre', offset: 0, length: code.length }];
    expect(textsOf(`${code}\nmore words`, 14, entities)).toEqual([code, 'more words']);
  });

  test('goes on with an entity longer than a message', () => {
    const text = `${'line of code\n'.repeat(1000)}end`;
    const pieces = splitFormatted(
      { text, entities: [{ type: 'pre', offset: 0, length: text.length, language: 'sh' }] },
      4096,
    );
    expect(pieces.length).toBe(4);
    for (const piece of pieces) {
      expect(piece.entities).toEqual([{ type: 'pre', offset: 0, length: piece.text.length, language: 'sh' }]);
      expect(piece.text).toMatch(/^line[\s\S]*(?:code|end)$/);
    }
  });

  test('starts another message after a hundred entities', () => {
    const entities = Array.from({ length: 250 }, (_, at): Entity => ({ type: 'bold', offset: at * 3, length: 2 }));
    const pieces = splitFormatted({ text: 'ab '.repeat(250), entities }, 4096);
    expect(pieces.map((piece) => piece.entities.length)).toEqual([100, 100, 50]);
  });

  test('starts another message before the addresses weigh too much', () => {
    const url = `https://x.org/${'a'.repeat(2000)}`;
    const entities = Array.from(
      { length: 40 },
      (_, at): Entity => ({ type: 'text_link', offset: at * 3, length: 2, url }),
    );
    const pieces = splitFormatted({ text: 'ab '.repeat(40), entities }, 4096);
    expect(pieces.flatMap((piece) => faultsOf(piece, 4096))).toEqual([]);
    expect(pieces.flatMap((piece) => piece.entities)).toHaveLength(40);
  });

  test('anchors an indented first line, which Telegram would trim, outside of the entities', () => {
    expect(splitFormatted({ text: '\n  ab\n c', entities: [{ type: 'pre', offset: 1, length: 7 }] }, 20)).toEqual([
      { text: '\u200b  ab\n c', entities: [{ type: 'pre', offset: 1, length: 7 }] },
    ]);
    expect(textsOf('  abcd', 6)).toEqual(['\u200b  abc', 'd']);
  });

  test('keeps the indentation of a line after a cut, and drops the space at a cut inside a line', () => {
    expect(textsOf('one two\n  three\n    four', 12)).toEqual(['one two', '\u200b  three', '\u200b    four']);
    expect(textsOf('one two\n\n \n  three', 9)).toEqual(['one two', '\u200b  three']);
    expect(textsOf('one   two three', 5)).toEqual(['one', 'two', 'three']);
    const code = '  if x:\n    y\n'.repeat(600).trimEnd();
    const pieces = splitFormatted({ text: code, entities: [{ type: 'pre', offset: 0, length: code.length }] }, 4096);
    expect(pieces.map((piece) => piece.text.replace('\u200b', '')).join('\n')).toBe(code);
    for (const { text, entities } of pieces)
      expect(entities).toEqual([{ type: 'pre', offset: 1, length: text.length - 1 }]);
  });

  test('stops after as many pieces as are asked for', () => {
    expect(splitFormatted(plainText('one two three four'), 5, 100, 2).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('gives nothing for a blank text', () => {
    expect(splitFormatted(plainText(' \n\t '), 10)).toEqual([]);
    expect(splitFormatted(plainText('\u200b'), 10)).toEqual([]);
  });
});

const text = fc
  .array(
    fc.constantFrom(
      'word',
      'a',
      ' ',
      ' ',
      '\n',
      '\n\n',
      '. ',
      '😀',
      '👩‍👩‍👧',
      'é',
      '。',
      '\u200b',
      'longwordwithoutend',
    ),
    { maxLength: 80 },
  )
  .map((all) => all.join(''));

/** Entities side by side, each on whole characters. */
const formatted = fc.tuple(text, fc.array(fc.nat(400), { maxLength: 40 })).map(([text, cuts]) => {
  const edges = [...new Set(cuts)]
    .filter((at) => at <= text.length && !/[\ud800-\udbff]/.test(text[at - 1] ?? ''))
    .sort((a, b) => a - b);
  const entities: Entity[] = [];
  for (let at = 0; at + 1 < edges.length; at += 2) {
    const [from = 0, to = 0] = edges.slice(at, at + 2);
    if (text.slice(from, to).trim() !== '')
      entities.push({ type: at % 4 === 0 ? 'bold' : 'code', offset: from, length: to - from });
  }
  return { text, entities };
});

describe('any split', () => {
  test('keeps the limits and loses only what nobody sees', () => {
    fc.assert(
      fc.property(formatted, fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 5 }), (whole, limit, most) => {
        const pieces = splitFormatted(whole, limit, most);
        expect(pieces.flatMap((piece) => faultsOf(piece, limit))).toEqual([]);
        expect(Math.max(0, ...pieces.map((piece) => piece.entities.length))).toBeLessThanOrEqual(most);
        const seen = (value: string) => value.replace(/[\s\p{Cf}]/gu, '');
        expect(seen(pieces.map((piece) => piece.text).join(''))).toBe(seen(whole.text));
        const covered = (value: FormattedText) =>
          seen(value.entities.map((one) => value.text.slice(one.offset, one.offset + one.length)).join(''));
        expect(pieces.map(covered).join('')).toBe(covered(whole));
      }),
      { numRuns: 3000 },
    );
  });
});
