import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstJsonFault, placeOf } from '../../../src/shared/json/json-tokenizer.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('firstJsonFault', () => {
  test.each([
    ['', 0],
    ['  \n ', 4],
    ['{"a": }', 6],
    ['{"a": 1,}', 8],
    ['{"a": 1 "b": 2}', 8],
    ['[1, 2', 5],
    ['[1 2]', 3],
    ['{a: 1}', 1],
    ['{"a": "unfinished', 6],
    ['{"a": 01}', 7],
    ['{} {}', 3],
    ['{"a": 1}]', 8],
    ['[1}', 2],
    ['nul', 0],
    ['"tab\there"', 0],
    ['"\\x"', 0],
  ])('finds the fault in %j at %d', (text, index) => {
    expect(isJson(text)).toBe(false);
    expect(firstJsonFault(text)).toBe(index);
  });

  test('agrees with JSON.parse on what is JSON', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.nat(3),
        fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', '\\', ' ', '0', '-'),
      )
      .map(([json, at, cut, put]) => {
        const index = at % (json.length + 1);
        return json.slice(0, index) + put + json.slice(index + cut);
      });
    const tokens = fc
      .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', 'true', 'null', ' '), { maxLength: 9 })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged, tokens), (text) => {
        expect(firstJsonFault(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test('takes a string of many megabytes', () => {
    const long = 'ab\\n'.repeat(2_000_000);
    expect(firstJsonFault(`{"a": "${long}", }`)).toBe(long.length + 10);
  });
});

test('placeOf counts lines and columns from one', () => {
  expect(placeOf('abc', 0)).toBe('line 1, column 1');
  expect(placeOf('a\nbc\nd', 3)).toBe('line 2, column 2');
  expect(placeOf('a\n', 2)).toBe('line 2, column 1');
});
