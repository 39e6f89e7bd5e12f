import { expect, test } from 'vitest';
import { marksBetween, rangeOf } from '../../src/web/browser/time-scale.ts';
import { strings } from '../../src/web/strings.ts';

test.each([
  [0, '0 ms'],
  [1, '1 ms'],
  [16.4, '16 ms'],
  [999, '999 ms'],
  [1000, '1 s'],
  [1240, '1.2 s'],
  [59_000, '59 s'],
  [90_000, '1.5 min'],
  [6 * 3_600_000, '6 h'],
  [3 * 86_400_000, '3 d'],
])('%d ms is formatted as %s', (milliseconds, text) => {
  expect(strings.duration(milliseconds)).toBe(text.replace(' ', '\u00a0'));
});

test.each([
  [14, 38, [10, 50]],
  [20, 20, [20, 50]],
  [3, 7_000, [2, 30_000]],
  [46, 5.9 * 3_600_000, [20, 2 * 86_400_000]],
  [1, 40 * 86_400_000, [1, 40 * 86_400_000]],
  [null, null, [1, 2000]],
])('the axis contains times from %s to %s', (shortest, longest, range) => {
  const [from, to] = rangeOf(shortest, longest);
  expect([from, to]).toEqual(range);
  expect(marksBetween(from, to)[0]).toBe(from);
  if (to <= 10 * 86_400_000) expect(marksBetween(from, to).at(-1)).toBe(to);
});

test('an axis has at most six marks, each a round time', () => {
  expect(marksBetween(10, 50)).toEqual([10, 20, 50]);
  const marks = marksBetween(1, 3_600_000);
  expect(marks.length).toBeLessThanOrEqual(6);
  expect(marks.map((mark) => strings.duration(mark).replace('\u00a0', ' '))).toEqual([
    '1 ms',
    '20 ms',
    '500 ms',
    '10 s',
    '5 min',
  ]);
});
