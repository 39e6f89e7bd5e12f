import { expect, test } from 'vitest';
import { createMemoryQuota, type MemoryLimits } from '../../../../src/bot/api/http/memory-quota.ts';

const LIMITS: MemoryLimits = { perUid: 100, overall: 250, reserve: 50, little: 10, patienceMs: 60_000 };
const refused = expect.objectContaining({ code: 'too_many_requests' });

test('one account holds what it may, and what it gives back once', () => {
  const quota = createMemoryQuota(LIMITS);
  const release = quota.charge(1, 60);
  expect(() => quota.charge(1, 41)).toThrow(refused);
  quota.charge(2, 41);
  release();
  release();
  quota.charge(1, 100);
  expect(() => quota.charge(1, 1)).toThrow(refused);
});

test('accounts that hold much leave a reserve to those that hold little', () => {
  const quota = createMemoryQuota(LIMITS);
  for (const uid of [1, 2]) quota.charge(uid, 100);
  expect(() => quota.charge(3, 11)).toThrow(refused);
  for (const uid of [3, 4, 5, 6, 7]) quota.charge(uid, 10);
  expect(() => quota.charge(8, 1)).toThrow(refused);
});

test('what waits is charged as soon as it fits, also past one that does not fit yet', async () => {
  const quota = createMemoryQuota(LIMITS);
  const release = quota.charge(1, 90);
  const order: string[] = [];
  const large = quota.chargeSoon(1, 100).then(() => order.push('large'));
  const small = quota.chargeSoon(1, 10).then((free) => {
    order.push('small');
    free();
  });
  await small;
  release();
  await large;
  expect(order).toEqual(['small', 'large']);
});

test('what does not fit in time is refused, and then takes no room', async () => {
  const quota = createMemoryQuota({ ...LIMITS, patienceMs: 5 });
  const release = quota.charge(1, 100);
  await expect(quota.chargeSoon(1, 50)).rejects.toEqual(refused);
  release();
  quota.charge(1, 100);
});
