import { describe, expect, test } from 'vitest';
import { createTtlCache } from '../../../../../src/bot/api/callers/lookup/ttl-cache.ts';

describe('a brief cache', () => {
  const counting = (maxEntries: number) => {
    const asked: number[] = [];
    const load = async (key: number) => {
      asked.push(key);
      return String(key);
    };
    return { asked, cache: createTtlCache({ load, ttlMs: 10, missTtlMs: 1, maxEntries, now: () => 0 }) };
  };

  test('keeps no more than it may, the oldest go first', async () => {
    const { asked, cache } = counting(2);
    for (const key of [1, 2, 3, 3, 2, 1]) expect(await cache.get(key)).toBe(String(key));
    expect(asked).toEqual([1, 2, 3, 1]);
  });

  test('a failure that was overtaken does not forget the later answer', async () => {
    let fail: (error: Error) => void = () => {};
    const answers = [
      new Promise<string>((_resolve, reject) => (fail = reject)),
      Promise.resolve('b'),
      Promise.resolve('c'),
    ];
    const load = () => answers.shift() ?? Promise.resolve(undefined);
    const cache = createTtlCache<string, string>({ load, ttlMs: 10, missTtlMs: 1, maxEntries: 1, now: () => 0 });
    const first = cache.get('x');
    await cache.get('y');
    expect(await cache.get('x')).toBe('c');
    fail(new Error('late'));
    await expect(first).rejects.toThrow('late');
    expect(await cache.get('x')).toBe('c');
  });
});

describe('while lookups fail', () => {
  const failing = () => {
    let time = 0;
    let isAway = false;
    let pending: Promise<never> | undefined;
    const asked: number[] = [];
    const cache = createTtlCache<string, string>({
      async load(key) {
        asked.push(time);
        if (pending !== undefined) return pending;
        if (isAway) throw new Error('away');
        return key === 'none' ? undefined : `${key} at ${time}`;
      },
      ttlMs: 60,
      missTtlMs: 5,
      staleMs: 1000,
      maxEntries: 10,
      now: () => time,
    });
    return {
      asked,
      get: (key: string) => cache.get(key),
      at: (now: number) => {
        time = now;
      },
      away: (away: boolean) => {
        isAway = away;
      },
      hang: () => {
        pending = new Promise(() => {});
      },
    };
  };

  test('the last answer counts until it is too old, and is looked up again every few milliseconds', async () => {
    const { asked, get, at, away } = failing();
    expect(await get('a')).toBe('a at 0');
    away(true);
    for (const time of [60, 62, 64, 65, 69]) {
      at(time);
      expect(await get('a')).toBe('a at 0');
    }
    expect(asked).toEqual([0, 60, 65]);
    at(999);
    expect(await get('a')).toBe('a at 0');
    // That lookup failed in the background.
    at(1005);
    await expect(get('a')).rejects.toThrow('away');
    away(false);
    expect(await get('a')).toBe('a at 1005');
  });

  test('what was never known, or known to be missing, is not made up', async () => {
    const { get, at, away } = failing();
    expect(await get('none')).toBeUndefined();
    away(true);
    at(5);
    await expect(get('none')).rejects.toThrow('away');
    await expect(get('new')).rejects.toThrow('away');
  });

  test('a lookup that hangs after one that failed makes nobody wait', async () => {
    const { get, at, away, hang } = failing();
    await get('a');
    away(true);
    at(60);
    await get('a');
    hang();
    at(65);
    expect(await get('a')).toBe('a at 0');
    expect(await get('a')).toBe('a at 0');
  });

  test('the first good answer replaces the old one', async () => {
    const { get, at, away } = failing();
    await get('a');
    away(true);
    at(60);
    await get('a');
    away(false);
    at(65);
    await get('a');
    expect(await get('a')).toBe('a at 65');
  });
});
