import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { newTaskId, parseTaskId } from '../../src/core/task.ts';

test('a new id is short, typeable, and none that is taken', () => {
  for (let i = 0; i < 1000; i += 1) expect(newTaskId(randomInt, () => false)).toMatch(/^T-[0-9A-HJKMNP-TV-Z]{4}$/);
  const draws = [4, 15, 7, 19, 0, 0, 0, 31];
  expect(
    newTaskId(
      () => draws.shift() ?? 0,
      (id) => id === 'T-4F7K',
    ),
  ).toBe('T-000Z');
});

test.each([
  ['T-4F7K', 'T-4F7K'],
  [' t-4f7k\n', 'T-4F7K'],
  ['4f7k', 'T-4F7K'],
  ['T-OIL0', 'T-0110'],
  ['T-4F7U', undefined],
  ['T-4F7', undefined],
  ['T-4F7KK', undefined],
  ['../x', undefined],
  ['', undefined],
])('%j is read as %s', (text, id) => {
  expect(parseTaskId(text)).toBe(id);
});
