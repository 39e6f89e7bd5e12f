import { expect, test } from 'vitest';
import { isFlapping, withChange } from '../../../src/core/alerts/flapping.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Changes at these minutes. */
const after = (...minutes: number[]) =>
  minutes.reduce<readonly number[]>((changes, minute) => withChange(changes, minute * MINUTE), []);

test.each([
  ['one change', [0], 0, false],
  ['three within an hour', [0, 20, 40], 41, false],
  ['four within an hour', [0, 20, 40, 60], 60, true],
  ['four in a little more', [0, 20, 40, 61], 61, false],
  ['the last four of five', [0, 50, 55, 60, 65], 66, true],
  ['four, and 59 minutes of calm', [0, 1, 2, 3], 62, true],
  ['four, and an hour of calm', [0, 1, 2, 3], 63, false],
  ['four, and slow changes that are no calm', [0, 1, 2, 3, 58, 113, 168], 200, true],
  ['four, calm, and one more', [0, 1, 2, 3, 100], 101, false],
])('%s', (_, minutes, now, expected) => {
  expect(isFlapping(after(...minutes), now * MINUTE)).toBe(expected);
});

test('a thousand changes take no more than five to remember, and a clock that is set back begins again', () => {
  let changes: readonly number[] = [];
  for (let at = 0; at < 1000; at += 1) changes = withChange(changes, at * 1000);
  expect(changes).toHaveLength(5);
  expect(isFlapping(changes, 1000 * 1000)).toBe(true);
  expect(withChange(changes, -HOUR)).toEqual([-HOUR]);
});
