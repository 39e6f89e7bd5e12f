import { expect, test } from 'vitest';
import { beginEscalation, nextStepAt, takeSteps } from '../../../src/core/alerts/escalating.ts';

const STEPS = [
  { afterMs: 25, to: ['leads'] },
  { afterMs: 0, to: ['ops'] },
  { afterMs: 10, to: ['rotation:primary', 'user:bob'] },
];

test.each([
  [1000, ['ops'], 1010],
  [1009, ['ops'], 1010],
  [1010, ['ops', 'rotation:primary', 'user:bob'], 1025],
  [9999, ['ops', 'rotation:primary', 'user:bob', 'leads'], undefined],
])('at %d it takes %j, and the next step is at %s', (now, to, next) => {
  const escalation = beginEscalation(STEPS, 1000);
  if (escalation === undefined) throw new Error('there are steps');
  expect(nextStepAt(escalation)).toBe(1000);
  const taken = takeSteps(escalation, now);
  expect(taken.to).toEqual(to);
  expect(nextStepAt(taken.escalation)).toBe(next);
  expect(takeSteps(taken.escalation, now).to).toEqual([]);
});

test('no steps are no escalation', () => {
  expect(beginEscalation([], 1000)).toBeUndefined();
});
