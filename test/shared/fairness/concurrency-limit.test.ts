import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  type ConcurrencyLimit,
  createConcurrencyLimit,
  type Place,
} from '../../../src/shared/fairness/concurrency-limit.ts';

const never = new AbortController().signal;

function taken(limit: ConcurrencyLimit, party: string): Place {
  const place = limit.take(party);
  if ('full' in place) throw new Error(`${party} got no place.`);
  return place;
}

describe('places', () => {
  test('are bounded for one party and for all, and come back once', () => {
    const limit = createConcurrencyLimit({ perParty: 2, overall: 3 });
    const [first, second] = [taken(limit, 'ann'), taken(limit, 'ann')];
    expect(limit.take('ann')).toEqual({ full: 'party' });
    taken(limit, 'ben');
    expect(limit.take('eve')).toEqual({ full: 'all' });
    first.free();
    first.free();
    taken(limit, 'eve');
    expect(limit.take('fay')).toEqual({ full: 'all' });
    second.free();
    taken(limit, 'ann');
  });

  test('are fewer for each the fewer are free, so that a few parties don’t take all', () => {
    const limit = createConcurrencyLimit({ perParty: 4, overall: 24, shareOfFree: 1 / 3 });
    const most = (party: string) => {
      let own = 0;
      while (!('full' in limit.take(party))) own += 1;
      return own;
    };
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map(most)).toEqual([4, 4, 4, 3, 3, 2]);
    expect(most('g')).toBeGreaterThan(0);
  });

  test('are fewer while something is under way that was not asked for here', () => {
    const limit = createConcurrencyLimit({ perParty: 1, overall: 2 });
    const earlier = limit.occupy('ann');
    expect(limit.take('ann')).toEqual({ full: 'party' });
    limit.occupy('ben');
    expect(limit.take('eve')).toEqual({ full: 'all' });
    earlier.free();
    taken(limit, 'ann');
  });
});

describe('who waits for a place', () => {
  test('gets one by turns, however many another one waits for', async () => {
    const limit = createConcurrencyLimit({ perParty: 1, overall: 1 });
    let place: Place | undefined = taken(limit, 'eve');
    const served: string[] = [];
    const asked = ['ann', 'ann', 'ann', 'ben', 'ann', 'ben'].map(async (party) => {
      const got = await limit.wait(party, 60_000, never);
      if ('full' in got) throw new Error('not served');
      served.push(party);
      place = got;
    });
    for (let n = 0; n < asked.length; n += 1) {
      place?.free();
      await expect.poll(() => served.length).toBe(n + 1);
    }
    expect(served).toEqual(['ann', 'ben', 'ann', 'ben', 'ann', 'ann']);
    await Promise.all(asked);
  });

  test('is refused after its time, at a stop, and where too many of its own wait', async () => {
    const limit = createConcurrencyLimit({ perParty: 1, overall: 1 });
    const place = taken(limit, 'ann');
    expect(await limit.wait('ben', 1, never)).toEqual({ full: 'all' });
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const waiting = Array.from({ length: 16 }, () => limit.wait('ann', 60_000, stop.signal));
    expect(await limit.wait('ann', 60_000, stop.signal)).toEqual({ full: 'party' });
    stop.abort(new Error('stopping'));
    for (const one of waiting) await expect(one).rejects.toThrow('stopping');
    await expect(limit.wait('ann', 60_000, stop.signal)).rejects.toThrow('stopping');
    // None of those takes the place that is free now.
    place.free();
    taken(limit, 'ben');
  });
});
