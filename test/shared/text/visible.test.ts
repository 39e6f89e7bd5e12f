import { expect, test } from 'vitest';
import { visible } from '../../../src/shared/text/visible.ts';

test.each([
  ['a\u202egnp.exe', 'a\\u202egnp.exe'],
  ['\u009b2J', '\\u009b2J'],
  ['\u001b[2J', '\\u001b[2J'],
  ['a\rb\u0007\u007f', 'a\\u000db\\u0007\\u007f'],
  ['\u2066a\u2069\u200f\u061c\u2028', '\\u2066a\\u2069\\u200f\\u061c\\u2028'],
  ['line\n\ttab, é, 👩‍👩‍👧, שלום', 'line\n\ttab, é, 👩‍👩‍👧, שלום'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('JSON means the same afterwards', () => {
  const value = { '\u202e': ['\u009b', '\\u202e', '\u0000\u007f\n"'] };
  const shown = visible(JSON.stringify(value, null, 2));
  expect(JSON.parse(shown)).toEqual(value);
  expect(shown).toMatch(/^[\n -~]*$/);
});

test('colours stay where they are asked for, and nothing else that begins like one', () => {
  const colour = '\u001b[31mred\u001b[0m';
  expect(visible(colour, true)).toBe(colour);
  expect(visible(colour)).toBe('\\u001b[31mred\\u001b[0m');
  expect(visible('\u001b[8mhidden\u001b[1A', true)).toBe('\\u001b[8mhidden\\u001b[1A');
});
