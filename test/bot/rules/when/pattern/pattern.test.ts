import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../../../src/bot/rules/when/pattern/pattern.ts';

describe('a pattern', () => {
  test.each([
    ['^db\\d+$', ['db1', 'db42'], ['db', 'xdb1', 'db1x']],
    ['web|db', ['my-web', 'db1'], ['we', '']],
    ['^(?:a|b)+c?$', ['a', 'abbac'], ['c', 'abca', '']],
    ['[a-c_-]x', ['ax', '-x', '_x'], ['dx', 'x']],
    ['[^a-z]', ['A', 'a1'], ['abc', '']],
    ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
    ['^a{2}$', ['aa'], ['a', 'aaa']],
    ['^a{2,}$', ['aa', 'a'.repeat(50)], ['a']],
    ['^.*?prod.*$', ['my-prod-1'], ['test']],
    ['(?i)^PROD', ['prod1', 'Production'], ['a prod']],
    ['\\.example\\.org$', ['db.example.org'], ['dbxexample.org']],
    ['^\\w+\\s\\S$', ['ab c'], ['ab  c']],
    ['', ['', 'anything'], []],
    ['^$', [''], ['x']],
    ['a||b', ['a', 'b', 'x'], []],
    ['^(a*)*$', ['', 'aaa'], ['b']],
    ['[]]x{,2}', [']x{,2}'], ['x']],
    ['^[\\]\\-\\d]+$', [']-7'], ['x']],
    ['€', ['10 €'], ['$']],
  ])('%s', (pattern, those, others) => {
    const matches = compilePattern(pattern);
    expect(those.filter((text) => !matches(text))).toEqual([]);
    expect(others.filter((text) => matches(text))).toEqual([]);
  });

  test.each([
    ['(', 'holds a ( without its ).'],
    ['a)', 'holds a ) without its (.'],
    ['[a', 'holds a [ without its ].'],
    ['*a', 'holds * with nothing before it.'],
    ['a\\', 'ends with a backslash.'],
    ['\\bword', 'holds \\b, which is not taken.'],
    ['(a)\\1', 'holds \\1, which is not taken.'],
    ['(?=a)', 'holds (?, of which only (?: and a leading (?i) are taken.'],
    ['[z-a]', 'holds the range z-a, which is none.'],
    ['a{200}', 'holds {200}: at most 100 times'],
    ['a{3,2}', 'holds {3,2}'],
    ['(a{100}){100}', 'needs more than 200 steps.'],
    ['((((){100}){100}){100}){100}', 'needs more than 200 steps.'],
    [`${'('.repeat(30)}a${')'.repeat(30)}`, 'is nested deeper than 20 groups.'],
  ])('%s is refused', (pattern, why) => {
    expect(() => compilePattern(pattern)).toThrow(`the pattern ${why}`);
  });

  test('matches as JavaScript does', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(ab)', '(^a)', '(a$|b)', '\\w');
    const often = fc.constantFrom('', '*', '+', '?', '{1,2}', '*?');
    const part = fc.oneof(
      fc.constantFrom('^', '$'),
      fc.tuple(atom, often).map(([one, times]) => one + times),
    );
    const pattern = fc
      .array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 3 })
      .map((choices) => choices.map((parts) => parts.join('')).join('|'));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (source, value) => {
        expect(compilePattern(source)(value)).toBe(new RegExp(source).test(value));
      }),
      { numRuns: 500 },
    );
  });

  test('takes a time that is linear in the text', () => {
    const matches = compilePattern('^(a+a+)+$');
    expect(matches('a'.repeat(4000))).toBe(true);
    // JavaScript's own would go on for longer than the universe has existed.
    expect(matches(`${'a'.repeat(4000)}!`)).toBe(false);
  });
});
