import { expect, test } from 'vitest';
import { createAside } from '../../../src/queue/schedule/aside.ts';

test('what stepped aside returns at its time, the earliest first', () => {
  const aside = createAside();
  expect(aside.next()).toBeUndefined();
  for (const [delivery, until] of [
    ['late', 30],
    ['early', 10],
    ['middle', 20],
  ] as const) {
    aside.add({ lane: '1', item: { delivery, user: 'ann', cost: 1 }, until });
  }
  expect(aside.next()).toBe(10);
  expect(aside.takeDue(9)).toEqual([]);
  expect(aside.takeDue(20).map(({ item }) => item.delivery)).toEqual(['early', 'middle']);
  expect(aside.next()).toBe(30);
  aside.move('1', '2');
  expect(aside.takeDue(30)).toEqual([{ lane: '2', item: { delivery: 'late', user: 'ann', cost: 1 }, until: 30 }]);
});
