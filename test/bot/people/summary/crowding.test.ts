import { describe, expect, test } from 'vitest';
import { createCrowding } from '../../../../src/bot/people/summary/crowding.ts';

/** What is held, by person. */
function crowdingOf(held: Readonly<Record<string, number>>, underWay: readonly string[] = []) {
  const all = Object.entries(held).flatMap(([user, count]) =>
    Array.from({ length: count }, () => ({ to: `user:${user}` })),
  );
  const queue = {
    held: (to?: string) => all.filter((one) => to === undefined || one.to === to) as never,
    heldSize: () => all.length,
  };
  return createCrowding(queue, 20, (user) => underWay.includes(user));
}

describe('where half of the outbox may be held', () => {
  test.each([
    ['less than that has nobody give way', { ben: 6, eve: 4 }, [], undefined],
    ['more has the person with most give way', { ben: 8, eve: 3 }, [], 'ben'],
    ['nobody else gives way while that summary is under way', { ben: 8, eve: 3 }, ['ben'], undefined],
    ['the next one does where the others alone have too much', { ben: 8, eve: 7, ann: 5 }, ['ben'], 'eve'],
  ] as const)('%s', (_, held, underWay, fullest) => {
    const crowding = crowdingOf(held, underWay);
    expect(crowding.fullest()).toBe(fullest);
    expect(crowding.isFull('eve')).toBe(fullest === 'eve');
  });

  test('200 of one person are enough, whatever others have', () => {
    expect(crowdingOf({ ben: 200 }, ['ben']).isFull('ben')).toBe(true);
    expect(crowdingOf({ ben: 199 }, ['ben']).isFull('ben')).toBe(false);
  });
});
