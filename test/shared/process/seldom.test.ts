import { expect, test } from 'vitest';
import { createSeldom } from '../../../src/shared/process/seldom.ts';

test('acts once in a time, and says how often it did not', () => {
  let time = 5000;
  const acts: [number, number][] = [];
  const seldom = createSeldom(1000, () => time);
  for (const at of [5000, 5000, 5999, 6000, 6001, 5500, 6499, 7000]) {
    time = at;
    seldom((others) => acts.push([at, others]));
  }
  expect(acts).toEqual([
    [5000, 0],
    [6000, 2],
    [5500, 1],
    [7000, 1],
  ]);
});
