import { describe, expect, test } from 'vitest';
import { createTtlCache } from '../../../../src/bot/api/callers/ttl-cache.ts';

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
