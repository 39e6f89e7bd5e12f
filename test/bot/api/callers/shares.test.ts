import { expect, test } from 'vitest';
import { createShares } from '../../../../src/bot/api/callers/shares.ts';
import { Problem } from '../../../../src/core/problem.ts';

const LONG_MS = 60_000;
const open = (perUid: number, waitMs = LONG_MS) =>
  createShares({ perUid, waitMs, refusal: () => new Problem('too_many_uploads', 'No.') });
/** Whether a promise is settled once everything that can go on has gone on. */
const isSettled = async (promise: Promise<unknown>) => {
  const pending = Symbol('pending');
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
};

test('a user has as many shares as they may, and further ones are served in turn', async () => {
  const shares = open(2);
  const first = await shares.take(1, 1);
  await shares.take(1, 1);
  const third = shares.take(1, 1);
  const fourth = shares.take(1, 1);
  expect(await isSettled(third)).toBe(false);
  first();
  first();
  const release = await third;
  expect(await isSettled(fourth)).toBe(false);
  release();
  await fourth;
});

test('one user delays no other', async () => {
  const shares = open(1);
  await shares.take(1, 1);
  void shares.take(1, 1).catch(() => {});
  await shares.take(2, 1);
});

test('a large share waits until there is enough, and is not passed by smaller ones', async () => {
  const shares = open(100);
  const small = await shares.take(1, 60);
  const large = shares.take(1, 60);
  const behind = shares.take(1, 10);
  expect(await isSettled(behind)).toBe(false);
  small();
  await Promise.all([large, behind]);
});

test('what waits too long is refused, and lets those behind it pass', async () => {
  const shares = open(100, 20);
  await shares.take(1, 60);
  const large = expect(shares.take(1, 60)).rejects.toMatchObject({ code: 'too_many_uploads' });
  const behind = shares.take(1, 10);
  await large;
  await behind;
});
