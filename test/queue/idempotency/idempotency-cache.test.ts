import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryReceipt, Receipt } from '../../../src/core/receipt.ts';
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
const arrived = (to: string, ...messageIds: number[]): DeliveryReceipt => ({ to, status: 'sent', messageIds });
/** A request for one destination. */
const request = (digest: string, receipt: () => Promise<Receipt>) => ({ digest, names: ['user:ann'], receipt });

test('a request that is being stored is known at once, and by its digest', async () => {
  let stored: (receipt: Receipt) => void = () => {};
  const receipt = new Promise<Receipt>((resolve) => {
    stored = resolve;
  });
  cache.begin(
    'ann',
    'a',
    request('abc', () => receipt),
  );
  const known = cache.find('ann', 'a');
  expect([known?.isSame('abc'), known?.isSame('abd')]).toEqual([true, false]);
  stored(sent('a'));
  expect(await known?.receipt()).toEqual(sent('a'));
});

test('a settled request keeps its receipt and its digest', async () => {
  const receipt = fc.record({
    id: fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    status: fc.constantFrom<DeliveryReceipt['status']>('queued', 'sent', 'muted', 'failed'),
    messageIds: fc.array(fc.maxSafeNat(), { maxLength: 10 }),
  });
  const failed = fc.tuple(receipt, fc.string({ unit: 'binary' })).map(([one, error]) => ({ ...one, error }));
  const property = fc.asyncProperty(fc.oneof(receipt, failed), fc.string({ unit: 'binary' }), async (one, digest) => {
    cache.begin(
      'ann',
      one.id,
      request(digest, async () => sent('another')),
    );
    const { id, ...result } = one;
    cache.settle('ann', id, { to: 'user:ann', ...result }, undefined);
    const known = cache.find('ann', one.id);
    expect(await known?.receipt()).toEqual(one);
    expect([known?.isSame(digest), known?.isSame(`${digest}.`)]).toEqual([true, false]);
    cache.settle('ann', one.id, arrived('user:ann', 5), undefined);
    expect(await cache.find('ann', one.id)?.receipt()).toEqual(sent(one.id, 5));
    expect(cache.find('ann', one.id)?.isSame(digest)).toBe(true);
  });
  await fc.assert(property);
});

test('an id belongs to one user, and an unknown one is not settled', () => {
  cache.recall({ user: 'ann', id: 'a', receipt: arrived('user:ann'), digest: 'abc', at: START });
  cache.settle('ben', 'a', arrived('user:ben'), undefined);
  expect(cache.find('ben', 'a')).toBeUndefined();
  cache.release('ann', 'a');
  expect(cache.find('ann', 'a')).toBeUndefined();
});

describe('a day later', () => {
  test('an id is free again, and not before', () => {
    cache.begin(
      'ann',
      'a',
      request('abc', async () => sent('a')),
    );
    cache.recall({ user: 'ann', id: 'b', receipt: arrived('user:ann'), digest: 'abc', at: START - 1000 });
    time = START + REMEMBERED_MS - 1001;
    expect(cache.find('ann', 'b')).toBeDefined();
    time += 1;
    expect(cache.find('ann', 'b')).toBeUndefined();
    cache.settle('ann', 'a', arrived('user:ann'), undefined);
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
      cache.begin(
        `user${i % 50}`,
        id,
        request(`${i}`.padEnd(64, 'f'), async () => sent(id)),
      );
      cache.settle(`user${i % 50}`, id, arrived('user:ann', i), undefined);
    }
    const each = (used() - before) / many;
    expect(each).toBeLessThan(300);
    time += REMEMBERED_MS;
    // Each looks at one more user.
    for (let i = 0; i < 51; i += 1)
      cache.begin(
        'ann',
        'a',
        request('abc', async () => sent('a')),
      );
    expect(used() - before).toBeLessThan((each * many) / 2);
  });
});

describe('a request for several destinations', () => {
  const several = { digest: 'abc', names: ['ops', 'user:ann'], receipt: async () => sent('a') };
  const receiptOf = async (where = cache) => where.find('ann', 'a')?.receipt();
  const at = (place: number) => ({ batch: 'x', place, of: 2 });

  test('is told of each, in the order of the request, and as a whole', async () => {
    cache.begin('ann', 'a', several);
    cache.settle('ann', 'a', arrived('user:ann', 7), at(1));
    expect(await receiptOf()).toEqual({
      id: 'a',
      status: 'queued',
      messageIds: [],
      deliveries: [{ to: 'ops', status: 'queued', messageIds: [] }, arrived('user:ann', 7)],
    });
    cache.settle('ann', 'a', { to: 'ops', status: 'failed', messageIds: [], error: 'no' }, at(0));
    expect(await receiptOf()).toMatchObject({ status: 'partial', deliveries: [{ error: 'no' }, { messageIds: [7] }] });
    expect(cache.find('ann', 'a')?.isSame('abc')).toBe(true);
  });

  test('of before a start is put together of its deliveries, newest first, whatever the order', async () => {
    const used = { user: 'ann', id: 'a', digest: 'abc', at: START };
    cache.recall({ ...used, receipt: arrived('user:ann', 7), fanOut: at(1) });
    cache.recall({ ...used, receipt: { to: 'user:ann', status: 'failed', messageIds: [] }, fanOut: at(1) });
    cache.recall({ ...used, receipt: arrived('ops', 8), fanOut: at(0) });
    expect(await receiptOf()).toMatchObject({
      status: 'sent',
      deliveries: [arrived('ops', 8), arrived('user:ann', 7)],
    });
  });

  test('counts as many as it has destinations', () => {
    const few = createIdempotencyCache(() => time, { perUser: 3, overall: 4 });
    few.begin('ann', 'a', several);
    few.begin('ann', 'b', several);
    expect([few.find('ann', 'a'), few.find('ann', 'b')]).toEqual([undefined, expect.anything()]);
    few.begin('ben', 'c', several);
    few.begin(
      'ben',
      'd',
      request('d', async () => sent('d')),
    );
    expect([few.find('ann', 'b'), few.find('ben', 'c')].filter((one) => one === undefined)).toHaveLength(1);
  });

  test('that a damaged line makes absurd is not recalled', () => {
    const used = { user: 'ann', id: 'a', digest: 'abc', at: START, receipt: arrived('ops') };
    cache.recall({ ...used, fanOut: { batch: 'x', place: 0, of: 1e9 } });
    cache.recall({ ...used, fanOut: { batch: 'x', place: 2, of: 2 } });
    expect(cache.find('ann', 'a')).toBeUndefined();
  });
});

describe('the bounds', () => {
  const known = (bounded: IdempotencyCache, user: string, ids: readonly string[]) =>
    ids.filter((id) => bounded.find(user, id) !== undefined);
  const bounded = (perUser: number, overall: number) => createIdempotencyCache(() => time, { perUser, overall });
  const begin = (where: IdempotencyCache, user: string, id: string) =>
    where.begin(
      user,
      id,
      request('digest', async () => sent(id)),
    );

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
      few.recall({ user: 'ann', id: id, receipt: arrived('user:ann'), digest: 'digest', at: START - i });
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
