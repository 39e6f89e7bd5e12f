import { expect, test } from 'vitest';
import { createFairWork } from '../../../../src/bot/api/callers/fair-work.ts';

/** Fair work on a clock that only work moves on: each piece takes `ms`. */
function open() {
  let now = 0;
  const fair = createFairWork(() => now);
  const order: string[] = [];
  const charged: number[] = [];
  const work = (uid: number, name: string, ms: number) => {
    const piece = () => {
      now += ms;
      order.push(name);
    };
    return fair.run(uid, piece, (took) => charged.push(took));
  };
  return { fair, order, charged, work };
}

test('a request of another account does not wait for all that one has sent', async () => {
  const { order, work } = open();
  const long = Array.from({ length: 100 }, (_, i) => work(1, `long ${i}`, 20));
  const later = new Promise((resolve) => setImmediate(resolve)).then(() => work(2, 'short', 1));
  await Promise.all([...long, later]);
  expect(order.indexOf('short')).toBeLessThanOrEqual(4);
  expect(order.filter((name) => name !== 'short')).toEqual(Array.from({ length: 100 }, (_, i) => `long ${i}`));
});

test('accounts take turns', async () => {
  const { order, work } = open();
  await Promise.all([1, 2, 3].flatMap((uid) => [1, 2, 3].map(() => work(uid, String(uid), 20))));
  expect(order.join('')).toBe('123123123');
});

test('short work of one account is done at once, without a turn of the event loop', async () => {
  const { order, work } = open();
  let turns = 0;
  const count = setImmediate(() => {
    turns += 1;
  });
  for (let i = 0; i < 40; i += 1) await work(1, String(i), 0.1);
  clearImmediate(count);
  expect([turns, order.length]).toEqual([0, 40]);
});

test('a search in pieces waits for its turn between them, and lets others pass', async () => {
  const { fair, order, work } = open();
  const search = async () => {
    for (let piece = 0; piece < 50; piece += 1) {
      order.push('piece');
      await fair.pause(1, 20);
    }
  };
  const others = new Promise((resolve) => setImmediate(resolve)).then(() => work(2, 'other', 1));
  await Promise.all([search(), search(), others]);
  expect(order.filter((name) => name === 'piece')).toHaveLength(100);
  expect(order.indexOf('other')).toBeLessThanOrEqual(6);
});

test('what work throws is thrown, is counted, and holds up nothing', async () => {
  const { fair, charged, work } = open();
  const failing = fair.run(
    1,
    () => {
      throw new Error('no');
    },
    (took) => charged.push(took),
  );
  const next = work(1, 'next', 7);
  await expect(failing).rejects.toThrow('no');
  await next;
  expect(charged).toEqual([0, 7]);
});

test('long work leaves as much time to others before the next, whoever it is for', async () => {
  const { work } = open();
  await Promise.all([1, 2, 3, 4].map((uid) => work(uid, String(uid), 20)));
  const began = performance.now();
  await Promise.all([1, 2, 3, 4].map((uid) => work(uid, String(uid), 20)));
  // Between eight pieces of 20 ms, of which four begin at once.
  expect(performance.now() - began).toBeGreaterThan(4 * 19);
});

test('long work waits for its turn although its account has used nothing', async () => {
  const { fair, order, work } = open();
  const long = fair.run(
    1,
    () => order.push('long'),
    () => {},
    true,
  );
  await work(2, 'short', 1);
  await long;
  expect(order).toEqual(['short', 'long']);
});
