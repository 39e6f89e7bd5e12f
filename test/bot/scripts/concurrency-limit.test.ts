import { describe, expect, test } from 'vitest';
import { createConcurrencyLimit } from '../../../src/bot/scripts/concurrency-limit.ts';

describe('places', () => {
  test('are bounded for one user and for all, and come back once', () => {
    const slots = createConcurrencyLimit(2, 3);
    const [first, second] = [slots.take('ann'), slots.take('ann')];
    expect(slots.take('ann')).toEqual({ full: 'user' });
    expect(slots.take('ben')).toHaveProperty('free');
    expect(slots.take('eve')).toEqual({ full: 'all' });
    if ('free' in first) {
      first.free();
      first.free();
    }
    expect(slots.take('eve')).toHaveProperty('free');
    expect(slots.take('fay')).toEqual({ full: 'all' });
    if ('free' in second) second.free();
    expect(slots.take('ann')).toHaveProperty('free');
  });
});
