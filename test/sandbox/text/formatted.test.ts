import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SandboxEntity } from '../../../src/sandbox/model.ts';
import { arrangeEntities } from '../../../src/sandbox/text/arrange.ts';
import { formatText } from '../../../src/sandbox/text/formatted.ts';

const bold = (offset: number, length: number) => ({ type: 'bold', offset, length });
const format = (text: string, entities: unknown) => formatText(text, '', entities, 4096);

describe('text', () => {
  test.each([
    ['  a b \n', 'a b'],
    ['a\tb\u0000c', 'a b c'],
    ['a\r\nb', 'a\nb'],
    ['a\u202eb\u2028c', 'abc'],
  ])('%j becomes %j', (text, clean) => {
    expect(format(text, []).text).toBe(clean);
  });

  test('moves its entities accordingly', () => {
    expect(format('  ab  ', [bold(2, 4)])).toEqual({ text: 'ab', entities: [bold(0, 2)] });
    expect(format('  ab', [bold(0, 3)])).toEqual({ text: 'ab', entities: [bold(0, 1)] });
    expect(format('\n  ab', [bold(0, 2), bold(4, 1)])).toEqual({ text: 'ab', entities: [bold(1, 1)] });
    expect(format('a\r\nb c', [bold(3, 1)])).toEqual({ text: 'a\nb c', entities: [bold(2, 1)] });
  });
});

describe('entities', () => {
  test.each([
    [
      [{ type: 'custom_emoji', offset: 0, length: 1, custom_emoji_id: '0' }],
      'Invalid custom emoji identifier specified',
    ],
    [
      [{ type: 'custom_emoji', offset: 0, length: 1, custom_emoji_id: '9223372036854775808' }],
      'can\'t parse MessageEntity: Field "custom_emoji_id" must be a valid Number',
    ],
    [[bold(5, 1)], 'entity begins after the end of the text at UTF-16 offset 5'],
    [[bold(1, 9)], 'entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 10'],
    [[bold(3, 1)], 'entity begins in a middle of a UTF-16 symbol at byte offset 6'],
    [[bold(-1, 1)], 'receive an entity with incorrect offset -1'],
    [[bold(0, -1)], 'receive an entity with incorrect length -1'],
    [['bold'], "can't parse MessageEntity: expected an Object"],
    [[{ type: 'bold', offset: 0 }], 'can\'t parse MessageEntity: Can\'t find field "length"'],
    [[{ type: 'huge', offset: 0, length: 1 }], "can't parse MessageEntity: Unsupported type specified"],
    [
      [{ type: 'text_link', offset: 0, length: 1, url: 'http://intranet/x' }],
      "entity URL 'http://intranet/x' is invalid: Wrong HTTP URL",
    ],
  ])('%j over four units are refused', (entities, detail) => {
    expect(() => format('ab😀', entities)).toThrow(`Bad Request: ${detail}`);
  });

  test('that Telegram detects itself, and empty ones, are ignored', () => {
    const found = { type: 'url', offset: 0, length: 2 };
    expect(format('ab', [found, bold(1, 0)]).entities).toEqual([]);
  });

  test('beyond the first hundred are ignored', () => {
    const entities = Array.from({ length: 120 }, (_, index) => bold(index * 2, 1));
    expect(format('x '.repeat(120), entities).entities).toEqual(entities.slice(0, 100));
  });

  test.each<[string, SandboxEntity[], SandboxEntity[]]>([
    ['touching ones of a kind merge', [bold(0, 2), bold(2, 2)], [bold(0, 4)]],
    [
      'nothing stands inside code',
      [bold(0, 6), { type: 'code', offset: 2, length: 2 }],
      [bold(0, 2), { type: 'code', offset: 2, length: 2 }, bold(4, 2)],
    ],
    [
      'a style that crosses a link is cut',
      [bold(0, 4), { type: 'text_link', offset: 2, length: 4, url: 'u' }],
      [bold(0, 2), { type: 'text_link', offset: 2, length: 4, url: 'u' }, bold(2, 2)],
    ],
    [
      'a style around a link stays whole',
      [bold(0, 6), { type: 'text_link', offset: 2, length: 2, url: 'u' }],
      [bold(0, 6), { type: 'text_link', offset: 2, length: 2, url: 'u' }],
    ],
    [
      'code that meets code goes',
      [
        { type: 'code', offset: 0, length: 4 },
        { type: 'pre', offset: 2, length: 4 },
      ],
      [{ type: 'code', offset: 0, length: 4 }],
    ],
    [
      'code that crosses a quotation goes',
      [
        { type: 'blockquote', offset: 0, length: 4 },
        { type: 'code', offset: 2, length: 4 },
      ],
      [{ type: 'blockquote', offset: 0, length: 4 }],
    ],
  ])('%s', (_, entities, arranged) => {
    expect(arrangeEntities(entities)).toEqual(arranged);
  });

  test('do not change when arranged again', () => {
    const types = ['bold', 'italic', 'code', 'pre', 'text_link', 'blockquote', 'spoiler'];
    const entity = fc.record({
      type: fc.constantFrom(...types),
      offset: fc.integer({ min: 0, max: 30 }),
      length: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(fc.array(entity, { maxLength: 12 }), (entities) => {
        const once = arrangeEntities(entities);
        for (const { length } of once) expect(length).toBeGreaterThan(0);
        const whole = once.filter(({ type }) => ['code', 'pre', 'text_link'].includes(type));
        for (const [index, { offset }] of whole.entries()) {
          const before = whole[index - 1];
          if (before !== undefined) expect(offset).toBeGreaterThanOrEqual(before.offset + before.length);
        }
      }),
    );
  });
});
