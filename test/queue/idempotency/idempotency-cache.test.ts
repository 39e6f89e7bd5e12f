import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Receipt } from '../../../src/core/receipt.ts';
import {
  createIdempotencyCache,
  type IdempotencyCache,
  REMEMBERED_MS,
} from '../../../src/queue/idempotency/idempotency-cache.ts';

const START = Date.parse('2026-01-30T12:00:00Z');
let time: number;
let cache: IdempotencyCache;
beforeEach(() => {
  time = START;
  cache = createIdempotencyCache(() => time);
});
const sent = (id: string, ...messageIds: number[]): Receipt => ({ id, status: 'sent', messageIds });

test('a request that is being stored is known at once, and by its digest', async () => {
  let stored: (receipt: Receipt) => void = () => {};
  const receipt = new Promise<Receipt>((resolve) => {
    stored = resolve;
  });
  cache.begin('ann', 'a', 'abc', () => receipt);
  const known = cache.find('ann', 'a');
  expect([known?.isSame('abc'), known?.isSame('abd')]).toEqual([true, false]);
  stored(sent('a'));
  expect(await known?.receipt()).toEqual(sent('a'));
});

test('a settled request keeps its receipt and its digest', async () => {
  const receipt = fc.record({
    id: fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    status: fc.constantFrom<Receipt['status']>('queued', 'sent', 'muted', 'failed'),
    messageIds: fc.array(fc.maxSafeNat(), { maxLength: 10 }),
  });
  const failed = fc.tuple(receipt, fc.string({ unit: 'binary' })).map(([one, error]) => ({ ...one, error }));
  const property = fc.asyncProperty(fc.oneof(receipt, failed), fc.string({ unit: 'binary' }), async (one, digest) => {
    cache.begin('ann', one.id, digest, async () => sent('another'));
    cache.settle('ann', one);
    const known = cache.find('ann', one.id);
    expect(await known?.receipt()).toEqual(one);
    expect([known?.isSame(digest), known?.isSame(`${digest}.`)]).toEqual([true, false]);
    cache.settle('ann', sent(one.id, 5));
    expect(await cache.find('ann', one.id)?.receipt()).toEqual(sent(one.id, 5));
    expect(cache.find('ann', one.id)?.isSame(digest)).toBe(true);
  });
  await fc.assert(property);
});

test('an id belongs to one user, and an unknown one is not settled', () => {
  cache.recall({ user: 'ann', receipt: sent('a'), digest: 'abc', at: START });
  cache.settle('ben', sent('a'));
  expect(cache.find('ben', 'a')).toBeUndefined();
  cache.release('ann', 'a');
  expect(cache.find('ann', 'a')).toBeUndefined();
});

describe('a day later', () => {
  test('an id is free again, and not before', () => {
    cache.begin('ann', 'a', 'abc', async () => sent('a'));
    cache.recall({ user: 'ann', receipt: sent('b'), digest: 'abc', at: START - 1000 });
    time = START + REMEMBERED_MS - 1001;
    expect(cache.find('ann', 'b')).toBeDefined();
    time += 1;
    expect(cache.find('ann', 'b')).toBeUndefined();
    cache.settle('ann', sent('a'));
    expect(cache.find('ann', 'a')).toBeDefined();
    time = START + REMEMBERED_MS;
    expect(cache.find('ann', 'a')).toBeUndefined();
  });

  test('its memory is freed, and was little', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const many = 100_000;
    const before = used();
    for (let i = 0; i < many; i += 1) {
      const id = `${i}-0123456789abcdef0123456789ab`;
      cache.begin(`user${i % 50}`, id, `${i}`.padEnd(64, 'f'), async () => sent(id));
      cache.settle(`user${i % 50}`, sent(id, i));
    }
    const each = (used() - before) / many;
    expect(each).toBeLessThan(300);
    time += REMEMBERED_MS;
    // Each looks at one more user.
    for (let i = 0; i < 51; i += 1) cache.begin('ann', 'a', 'abc', async () => sent('a'));
    expect(used() - before).toBeLessThan((each * many) / 2);
  });
});

describe('the bounds', () => {
  const known = (bounded: IdempotencyCache, user: string, ids: readonly string[]) =>
    ids.filter((id) => bounded.find(user, id) !== undefined);
  const bounded = (perUser: number, overall: number) => createIdempotencyCache(() => time, { perUser, overall });
  const begin = (where: IdempotencyCache, user: string, id: string) =>
    where.begin(user, id, 'digest', async () => sent(id));

  test('of one user let the oldest go, and no other user’s', () => {
    const few = bounded(3, 100);
    begin(few, 'ben', 'a');
    for (const id of ['a', 'b', 'c', 'a', 'd', 'e']) begin(few, 'ann', id);
    expect(known(few, 'ann', ['a', 'b', 'c', 'd', 'e'])).toEqual(['a', 'd', 'e']);
    expect(known(few, 'ben', ['a'])).toEqual(['a']);
  });

  test('of all let the oldest of the user with the most go', () => {
    const few = bounded(100, 5);
    for (const id of ['a', 'b', 'c', 'd']) begin(few, 'ann', id);
    for (const id of ['a', 'b', 'c']) begin(few, 'ben', id);
    expect(known(few, 'ann', ['a', 'b', 'c', 'd'])).toEqual(['c', 'd']);
    expect(known(few, 'ben', ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
  });

  test('keep the newest of before a start, and let those go before the ones of this start', () => {
    const few = bounded(3, 100);
    for (const [i, id] of ['new', 'old', 'older', 'oldest'].entries()) {
      few.recall({ user: 'ann', receipt: sent(id), digest: 'digest', at: START - i });
    }
    expect(known(few, 'ann', ['new', 'old', 'older', 'oldest'])).toEqual(['new', 'old', 'older']);
    begin(few, 'ann', 'older');
    begin(few, 'ann', 'now');
    expect(known(few, 'ann', ['new', 'old', 'older', 'now'])).toEqual(['new', 'older', 'now']);
  });

  test('hold for what the service remembers: ten thousand of a user', () => {
    for (let i = 0; i <= 10_000; i += 1) begin(cache, 'ann', String(i));
    expect(known(cache, 'ann', ['0', '1'])).toEqual(['1']);
  });
});
