import { expect, test } from 'vitest';
import { countBackticks } from '../../../src/markup/markdown/backticks.ts';

test.each<[string, number]>([
  ['`a` and ``b`c``', 2],
  ['`a', 1],
  ['`a\nb`', 1],
  ['a``b`c', 2],
  // The first backtick is escaped, and the second finds no other that stands alone.
  ['\\``a\\``', 2],
  ['\\`a', 0],
])('of %j, %d have none of their length behind them', (text, alone) => {
  const backticks = countBackticks();
  for (const line of text.split('\n')) backticks.add(line);
  expect(backticks.alone).toBe(alone);
});
