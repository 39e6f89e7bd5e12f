import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../src/core/delivery/delivery.ts';
import { linkedChat } from '../../../src/core/destination.ts';
import type { OpenedFile } from '../../../src/queue/ports.ts';
import { BOUNDS, type StorageBounds } from '../../../src/storage/bounds.ts';
import {
  fillEverywhere,
  type Implementation,
  killEverywhere,
  type TestPart,
  type TestStorage,
} from '../support/place.ts';

export const PICTURE = 'bytes of a picture';

/** The nth delivery, with as many files. */
export function deliveryOf(n: number, files = 0, more: Partial<Delivery<TestPart>> = {}): Delivery<TestPart> {
  const delivery = `${String(n).padStart(11, '0')}-0123abcd`;
  return {
    delivery,
    id: delivery,
    user: 'ana',
    uid: 1001,
    destination: linkedChat('ana', 5),
    acceptedAt: new Date(1_700_000_000_000 + n).toISOString(),
    summary: { text: `message ${n}` },
    steps: [
      { part: { say: 'one' }, cost: 1 },
      { part: { say: 'two' }, cost: 2 },
    ],
    files: Array.from({ length: files }, (_, i) => ({ name: `${i}.png`, size: PICTURE.length })),
    done: 0,
    messageIds: [],
    attempts: 0,
    ...more,
  };
}

/** Stores a delivery as the intake does: blobs that it did not take over are discarded. */
async function put({ deliveries, blobs }: TestStorage, delivery: Delivery<TestPart>): Promise<void> {
  const staged: string[] = [];
  try {
    for (const _ of delivery.files) staged.push(await blobs.write([Buffer.from(PICTURE)]));
    await deliveries.put(delivery, staged);
  } finally {
    await blobs.discard(staged);
  }
}

/** Deliveries of one notification, numbered from `first`, with as many files. */
export function batchOf(first: number, count: number, files = 0): Delivery<TestPart>[] {
  const one = deliveryOf(first, files);
  return Array.from({ length: count }, (_, place) => ({
    ...one,
    delivery: deliveryOf(first + place).delivery,
    destination: place === 0 ? one.destination : { name: `ops${place}`, chatId: -place, threadId: 7 },
    fanOut: { batch: one.delivery, place, of: count },
  }));
}

/** Stores deliveries together, as the intake does. */
async function putAll({ deliveries, blobs }: TestStorage, all: readonly Delivery<TestPart>[]) {
  const staged: string[] = [];
  try {
    for (const _ of all[0]?.files ?? []) staged.push(await blobs.write([Buffer.from(PICTURE)]));
    return await deliveries.putAll(all, staged);
  } finally {
    await blobs.discard(staged);
  }
}

/** Stores deliveries together and waits until they are stored by themselves, or that did not succeed at once. */
async function putAllAndTry(storage: TestStorage, all: readonly Delivery<TestPart>[]) {
  const { separate } = await putAll(storage, all);
  const soon = new Promise((resolve) => setTimeout(resolve, 60));
  await Promise.race([separate, soon]);
}

async function contentOf(file: OpenedFile | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of file.stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const contentsOf = async ({ deliveries }: TestStorage, { delivery, files }: Delivery<TestPart>) =>
  Promise.all(files.map(async (_, place) => contentOf(await deliveries.openFile(delivery, place))));

const failedOf = (delivery: Delivery<TestPart>) => ({ ...delivery, failedAt: delivery.acceptedAt, lastError: 'no' });

/** A delivery as lists have it, without its parts, which may be large. */
const listed = ({ steps: _, ...rest }: Delivery<TestPart>) => rest;

/** Where deliveries are: their ids that wait, and those that failed. */
async function whereAll({ deliveries }: TestStorage) {
  const { waiting } = await deliveries.open();
  const { deliveries: failed } = await deliveries.failed();
  return { waiting: waiting.map(({ delivery }) => delivery), failed: failed.map(({ delivery }) => delivery) };
}

async function whereFailed({ deliveries }: TestStorage): Promise<readonly string[]> {
  return (await deliveries.failed()).deliveries.map(({ delivery }) => delivery);
}

export function describeDeliveries({ makePlace }: Implementation): void {
  const opened = async () => {
    const place = await makePlace();
    const storage = place.open();
    await storage.deliveries.open();
    return { place, storage, deliveries: storage.deliveries };
  };

  describe('deliveries', () => {
    test('come back whole, in the order of their ids, also in the next process', async () => {
      const { place, storage, deliveries } = await opened();
      const all = [
        deliveryOf(1, 2),
        deliveryOf(2, 0, {
          destination: { name: 'ops/disks', chatId: -100, threadId: 7 },
          uid: undefined,
          digest: 'd',
        }),
        deliveryOf(3, 1, { summary: { text: 'ä', parseMode: 'HTML', data: { a: [1] }, pictures: 1 } }),
      ];
      for (const one of [all[2], all[0], all[1]]) if (one !== undefined) await put(storage, one);
      expect((await deliveries.waiting()).deliveries).toEqual(all.map(listed));
      expect(await deliveries.get(all[1]?.delivery ?? '')).toEqual(all[1]);
      const next = place.open();
      expect(await next.deliveries.open()).toEqual({ waiting: all, batches: [], corrupt: [] });
      expect(await contentsOf(next, deliveryOf(1, 2))).toEqual([PICTURE, PICTURE]);
      expect(await next.deliveries.openFile(all[0]?.delivery ?? '', 2)).toBeUndefined();
    });

    test('are replaced, removed and looked up while others change', async () => {
      const { storage, deliveries } = await opened();
      for (let n = 0; n < 20; n += 1) await put(storage, deliveryOf(n));
      const later = deliveryOf(3, 0, { done: 1, messageIds: [7], attempts: 2, triedMs: 5, fileIds: ['f', null] });
      await Promise.all([deliveries.update(later), ...[5, 6, 7].map((n) => deliveries.remove(deliveryOf(n)))]);
      expect(await deliveries.get(later.delivery)).toEqual(later);
      expect(await deliveries.get(deliveryOf(5).delivery)).toBeUndefined();
      expect((await deliveries.waiting()).total).toBe(17);
    });

    test('that failed are kept with their files until they are pruned', async () => {
      const { storage, deliveries } = await opened();
      for (const n of [1, 2, 3]) {
        await put(storage, deliveryOf(n, 1));
        await deliveries.fail(failedOf(deliveryOf(n, 1)));
      }
      expect((await deliveries.waiting()).total).toBe(0);
      const { deliveries: newest, total } = await deliveries.failed(2);
      expect([newest, total]).toEqual([[2, 3].map((n) => listed(failedOf(deliveryOf(n, 1)))), 3]);
      expect(await contentsOf(storage, deliveryOf(1, 1))).toEqual([PICTURE]);
      await deliveries.prune(Date.parse(deliveryOf(3).acceptedAt));
      expect((await deliveries.failed()).deliveries).toEqual([listed(failedOf(deliveryOf(3, 1)))]);
      expect(await deliveries.openFile(deliveryOf(1).delivery, 0)).toBeUndefined();
    });

    test('that failed wait again under a new id, once, with their files', async () => {
      const { storage, deliveries } = await opened();
      const old = deliveryOf(1, 2);
      await put(storage, old);
      await deliveries.fail(failedOf(old));
      const again = deliveryOf(2, 2, { retryOf: old.delivery });
      expect(await deliveries.requeue(old.delivery, async () => again)).toEqual(again);
      expect(await whereAll(storage)).toEqual({ waiting: [again.delivery], failed: [] });
      expect(await contentsOf(storage, again)).toEqual([PICTURE, PICTURE]);
      for (const name of [old.delivery, '../../etc/passwd', '']) {
        await expect(deliveries.requeue(name, async () => again)).rejects.toMatchObject({ code: 'unknown_delivery' });
      }
    });

    test('that can’t be read are put aside, with their files, and the others are served', async () => {
      const { place, storage } = await opened();
      for (const n of [1, 2]) await put(storage, deliveryOf(n, 1));
      const before = await place.countStored();
      await place.spoilDelivery(deliveryOf(1).delivery);
      const { deliveries } = place.open();
      await expect(deliveries.get(deliveryOf(1).delivery)).rejects.toMatchObject({ code: 'bad_delivery' });
      expect((await deliveries.waiting()).unreadable).toEqual([deliveryOf(1).delivery]);
      const { waiting, corrupt } = await deliveries.open();
      expect([waiting, corrupt]).toEqual([[deliveryOf(2, 1)], [deliveryOf(1).delivery]]);
      expect(await deliveries.corrupt()).toEqual(corrupt);
      expect(await place.countStored()).toBe(before);
    });

    /** A storage that takes about so many deliveries of one file each, of one account and in all. */
    const narrow = async (most: { account: number; all: number; reserve?: number; failed?: number }) => {
      const place = await makePlace();
      const size = 700;
      const { failed = 1000, reserve = 0 } = most;
      const bounds: StorageBounds = {
        ...BOUNDS,
        deliveries: {
          accountBytes: most.account * size,
          bytes: most.all * size,
          reserve: reserve * size,
          little: size,
          accountFailed: failed,
          failed: failed + 2,
        },
      };
      const storage = place.open({ bounds });
      await storage.deliveries.open();
      return { place, storage, bounds };
    };
    const large = (n: number, uid = 1001) =>
      deliveryOf(n, 1, { uid, user: `u${uid}`, summary: { text: 'x'.repeat(250) } });
    const full = expect.objectContaining({ code: 'outbox_full' });

    test('of one notification are stored together, and then each by itself', async () => {
      const { place, storage, deliveries } = await opened();
      const all = batchOf(1, 3, 2);
      const batch = await putAll(storage, all);
      expect(batch.deliveries).toEqual(all);
      expect(await deliveries.get(all[2]?.delivery ?? '')).toEqual(all[2]);
      // Another process lists them at every moment.
      expect((await place.open().deliveries.waiting()).deliveries).toEqual(all.map(listed));
      await batch.separate;
      expect((await deliveries.waiting()).deliveries).toEqual(all.map(listed));
      await deliveries.remove(all[0] ?? deliveryOf(0));
      await deliveries.fail(failedOf(all[1] ?? deliveryOf(0)));
      for (const one of all.slice(1)) expect(await contentsOf(storage, one)).toEqual([PICTURE, PICTURE]);
      const next = place.open();
      expect(await whereAll(next)).toEqual({ waiting: [all[2]?.delivery], failed: [all[1]?.delivery] });
    });

    test('of one notification count their files once', async () => {
      const { storage } = await narrow({ account: 3, all: 100 });
      const all = batchOf(1, 2).map((one) => ({
        ...one,
        uid: 1001,
        files: [{ name: 'a.bin', size: 1000 }],
      }));
      await (await putAll(storage, all)).separate;
      await expect(put(storage, large(9))).rejects.toEqual(full);
      await storage.deliveries.remove(all[0] ?? deliveryOf(0));
      await expect(put(storage, { ...large(9), files: [{ name: 'a.bin', size: 1000 }] })).rejects.toEqual(full);
      await storage.deliveries.remove(all[1] ?? deliveryOf(0));
      await put(storage, large(9));
    });

    test('of one notification are stored all or none, each once, wherever the process is killed', () =>
      killEverywhere({
        makePlace,
        arrange: async (storage) => void (await storage.deliveries.open()),
        async change(storage) {
          await putAllAndTry(storage, batchOf(1, 3, 1));
          // What is killed tries no more, while the rest of this process lives on.
          await storage.deliveries.close();
        },
        async check(next, _context, done, place) {
          const { waiting, batches, corrupt } = await next.deliveries.open();
          expect([batches, corrupt]).toEqual([[], []]);
          if (done) expect(waiting).toHaveLength(3);
          if (waiting.length === 0) return expect(await place.countStored()).toBe(0);
          expect(waiting).toEqual(batchOf(1, 3, 1));
          for (const one of waiting) expect(await contentsOf(next, one)).toEqual([PICTURE]);
          expect(await place.countStored()).toBe(6);
        },
      }));

    test('of one notification are stored all or none on a disk that becomes full, and wait for it', () =>
      fillEverywhere({
        makePlace,
        arrange: async (storage) => void (await storage.deliveries.open()),
        change: (storage) => putAllAndTry(storage, batchOf(1, 3, 1)),
        async check(same, _context, done, place) {
          if (!done) return expect(await place.countStored()).toBe(0);
          await expect.poll(() => place.countStored()).toBe(6);
          expect((await same.deliveries.waiting()).deliveries).toEqual(batchOf(1, 3, 1).map(listed));
          for (const one of batchOf(1, 3, 1)) expect(await contentsOf(same, one)).toEqual([PICTURE]);
        },
      }));

    test('are refused where an account’s are too large, until some have left', async () => {
      const { place, storage, bounds } = await narrow({ account: 3, all: 100 });
      for (const n of [1, 2, 3]) await put(storage, large(n));
      await expect(put(storage, large(4))).rejects.toEqual(full);
      expect(await place.countStored()).toBe(6);
      await put(storage, large(5, 1002));
      const next = place.open({ bounds });
      await next.deliveries.open();
      await expect(put(next, large(6))).rejects.toEqual(full);
      await next.deliveries.remove(large(2));
      await put(next, large(6));
    });

    test('that failed make room for those that wait, the oldest and the account’s own first', async () => {
      const { storage } = await narrow({ account: 3, all: 5 });
      for (const n of [1, 2, 3]) await put(storage, large(n));
      for (const n of [1, 2]) await storage.deliveries.fail(failedOf(large(n)));
      await put(storage, large(4));
      expect(await whereFailed(storage)).toEqual([large(2).delivery]);
      for (const n of [5, 6]) await put(storage, large(n, 1002));
      await put(storage, large(7, 1003));
      expect(await whereFailed(storage)).toEqual([]);
      await expect(put(storage, large(8, 1003))).rejects.toEqual(full);
    });

    test('leave a reserve to accounts that have little', async () => {
      const { storage } = await narrow({ account: 10, all: 4, reserve: 1 });
      for (const n of [1, 2, 3]) await put(storage, large(n));
      await expect(put(storage, large(4))).rejects.toEqual(full);
      await put(storage, large(5, 1002));
    });

    test('that failed are kept up to a number of an account and of all, also of those before a start', async () => {
      const { place, storage, bounds } = await narrow({ account: 100, all: 100, failed: 2 });
      for (const n of [1, 2, 3]) {
        await put(storage, large(n));
        await storage.deliveries.fail(failedOf(large(n)));
      }
      expect(await whereFailed(storage)).toEqual([2, 3].map((n) => large(n).delivery));
      const next = place.open({ bounds });
      await next.deliveries.open();
      // Resolves when the failed ones are counted.
      await next.deliveries.prune(0);
      for (const [n, uid] of [
        [4, 1002],
        [5, 1003],
        [6, 1004],
      ] as const) {
        await put(next, large(n, uid));
        await next.deliveries.fail(failedOf(large(n, uid)));
      }
      expect(await whereFailed(next)).toEqual([large(3).delivery, ...[4, 5, 6].map((n) => large(n).delivery)]);
    });

    test('are stored whole or not at all, wherever the process is killed', () =>
      killEverywhere({
        makePlace,
        arrange: async (storage) => void (await storage.deliveries.open()),
        change: (storage) => put(storage, deliveryOf(1, 2)),
        async check(next, _context, done, place) {
          const { waiting, corrupt } = await next.deliveries.open();
          if (done) expect(waiting).toHaveLength(1);
          expect(corrupt).toEqual([]);
          if (waiting.length === 0) return expect(await place.countStored()).toBe(0);
          expect(waiting).toEqual([deliveryOf(1, 2)]);
          expect(await contentsOf(next, deliveryOf(1, 2))).toEqual([PICTURE, PICTURE]);
        },
      }));

    test('are stored whole or not at all, wherever the storage fills up', () =>
      fillEverywhere({
        makePlace,
        arrange: async (storage) => void (await storage.deliveries.open()),
        async change(storage) {
          await put(storage, deliveryOf(1, 1)).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'storage' });
            throw error;
          });
        },
        async check(same, _context, done, place) {
          expect((await same.deliveries.waiting()).deliveries).toEqual(done ? [listed(deliveryOf(1, 1))] : []);
          if (done) return expect(await contentsOf(same, deliveryOf(1, 1))).toEqual([PICTURE]);
          expect(await place.countStored()).toBe(0);
        },
      }));

    test.each([
      ['replaced', (storage: TestStorage) => storage.deliveries.update(deliveryOf(1, 1, { done: 1 }))],
      ['removed', (storage: TestStorage) => storage.deliveries.remove(deliveryOf(1, 1))],
      ['moved to the failed ones', (storage: TestStorage) => storage.deliveries.fail(failedOf(deliveryOf(1, 1)))],
    ])('that are %s are in one place, wherever the process is killed', (what, change) =>
      killEverywhere({
        makePlace,
        async arrange(storage) {
          await storage.deliveries.open();
          await put(storage, deliveryOf(1, 1));
        },
        change,
        async check(next, _context, done) {
          const { waiting, failed } = await whereAll(next);
          const { delivery } = deliveryOf(1);
          const found = [...waiting, ...failed];
          if (what === 'removed') {
            expect(done ? found : [...new Set([delivery, ...found])]).toEqual(done ? [] : [delivery]);
          } else {
            expect(found).toEqual([delivery]);
            expect(await contentsOf(next, deliveryOf(1, 1))).toEqual([PICTURE]);
          }
          if (what === 'replaced' && done) expect((await next.deliveries.get(delivery))?.done).toBe(1);
          if (what === 'moved to the failed ones' && done) expect(failed).toEqual([delivery]);
        },
      }),
    );

    test('that wait again are in one place, wherever the process is killed', () =>
      killEverywhere({
        makePlace,
        async arrange(storage) {
          await storage.deliveries.open();
          await put(storage, deliveryOf(1, 1));
          await storage.deliveries.fail(failedOf(deliveryOf(1, 1)));
        },
        change: (storage) =>
          storage.deliveries.requeue(deliveryOf(1).delivery, async () =>
            deliveryOf(2, 1, { retryOf: deliveryOf(1).delivery }),
          ),
        async check(next, _context, done) {
          const { waiting, failed } = await whereAll(next);
          expect([...waiting, ...failed]).toEqual([deliveryOf(waiting.length === 1 ? 2 : 1).delivery]);
          if (done) expect(waiting).toHaveLength(1);
          expect(await contentsOf(next, deliveryOf(waiting.length === 1 ? 2 : 1, 1))).toEqual([PICTURE]);
        },
      }));
  });
}
