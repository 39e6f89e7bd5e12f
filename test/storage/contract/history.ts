import { describe, expect, test } from 'vitest';
import type { HistoryRecord } from '../../../src/core/delivery/history-record.ts';
import { linkedChat } from '../../../src/core/destination.ts';
import { BOUNDS, type HistoryBounds } from '../../../src/storage/bounds.ts';
import type { HistoryFilter } from '../../../src/storage/ports.ts';
import { fillEverywhere, type Implementation, killEverywhere, type TestStorage } from '../support/place.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-06-30T12:00:00Z');
const ANA = { user: 'ana', uid: 1001 };

const recordOf = (n: number, more: Partial<HistoryRecord> = {}): HistoryRecord => ({
  id: `id ${n}`,
  delivery: `d${n}`,
  ...ANA,
  destination: linkedChat(more.user ?? 'ana', 5),
  status: 'sent',
  acceptedAt: new Date(NOW - 1000 + n).toISOString(),
  finishedAt: new Date(NOW + n).toISOString(),
  messageIds: [n],
  text: `message ${n}`,
  ...more,
});

async function all<T>(found: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of found) list.push(one);
  return list;
}

const idsOf = async ({ history }: TestStorage, filter: HistoryFilter, since = NOW - 30 * DAY) =>
  (await all(history.find(filter, since))).map(({ record }) => record.id);

export function describeHistory({ makePlace }: Implementation): void {
  /** A history that is written at a time of each record's own. */
  async function written(records: readonly HistoryRecord[]) {
    const place = await makePlace();
    let now = NOW;
    const storage = place.open({ now: () => now });
    for (const record of records) {
      now = Date.parse(record.finishedAt);
      await storage.history.append(record);
    }
    now = NOW + DAY / 4;
    return { place, storage };
  }

  /** A history with bounds of its own, at a time that can be set. */
  async function bounded(history: Partial<HistoryBounds>) {
    const place = await makePlace();
    const time = { now: NOW };
    const bounds = { ...BOUNDS, history: { ...BOUNDS.history, ...history } };
    return { time, open: () => place.open({ now: () => time.now, bounds }) };
  }
  const long = (n: number, more: Partial<HistoryRecord> = {}) =>
    recordOf(n, { text: 'x'.repeat(700), data: { big: 'y'.repeat(200) }, ...more });
  const cut = 100;
  const lengthsOf = async ({ history }: TestStorage) =>
    (await all(history.find({ scope: 'all' }, 0))).map(({ record }) => record.text.length).reverse();

  describe('the history', () => {
    test('cuts what is too long for a line, and says where', async () => {
      const { open } = await bounded({ lineBytes: 1000 });
      const storage = open();
      for (const one of [
        long(1),
        long(2, {
          data: { big: 'ä'.repeat(400) },
          buttons: [[{ text: 'a', copy: 'b'.repeat(200) }]],
          title: 't'.repeat(500),
        }),
      ]) {
        await storage.history.append(one);
      }
      expect(await lengthsOf(storage)).toEqual([cut, cut]);
      const [found] = await all(storage.history.find({ scope: ANA, id: 'id 2' }, 0));
      expect(found?.record).toMatchObject({ id: 'id 2', messageIds: [2], title: `${'t'.repeat(99)}…` });
      expect([found?.record.data, found?.record.buttons]).toEqual([undefined, undefined]);
      await storage.history.append(recordOf(3));
      expect((await lengthsOf(storage)).at(-1)).toBe('message 3'.length);
    });

    test('keeps whole what an account says on a day up to a bound, also across a start', async () => {
      const { open, time } = await bounded({ wholeBytes: 2500 });
      const storage = open();
      for (const n of [1, 2, 3]) await storage.history.append(long(n));
      await storage.history.append(long(4, { user: 'ben', uid: 1002 }));
      expect(await lengthsOf(storage)).toEqual([700, 700, cut, 700]);
      const next = open();
      // What was there before is counted while the service goes on.
      await expect
        .poll(async () => {
          await next.history.append(long(5));
          return (await lengthsOf(next)).at(-1);
        })
        .toBe(cut);
      time.now += DAY;
      await next.history.append(long(6, { finishedAt: new Date(time.now).toISOString() }));
      expect((await lengthsOf(next)).at(-1)).toBe(700);
    });

    test('takes no muted message of an account beyond a bound, and everything else', async () => {
      const { open, time } = await bounded({ mutedBytes: 1500 });
      const storage = open();
      const muted = (n: number, more: Partial<HistoryRecord> = {}) => long(n, { status: 'muted', ...more });
      for (const n of [1, 2]) await storage.history.append(muted(n));
      await expect(storage.history.append(muted(3))).rejects.toMatchObject({ code: 'history_full' });
      await storage.history.append(long(4));
      await storage.history.append(muted(5, { user: 'ben', uid: 1002 }));
      expect(await lengthsOf(storage)).toHaveLength(4);
      time.now += DAY;
      await storage.history.append(muted(6));
    });

    test('removes the oldest days beyond a bound of all, and never the newest', async () => {
      const { open, time } = await bounded({ bytes: 3000 });
      const storage = open();
      for (const n of [1, 2, 3]) {
        time.now = NOW + n * DAY;
        await storage.history.append(long(n, { finishedAt: new Date(time.now).toISOString() }));
      }
      await storage.history.prune(0);
      expect(await idsOf(storage, { scope: 'all' }, 0)).toEqual(['id 3', 'id 2']);
      for (const n of [4, 5, 6]) {
        await storage.history.append(long(n, { finishedAt: new Date(time.now).toISOString() }));
      }
      await storage.history.prune(0);
      expect(await idsOf(storage, { scope: 'all' }, 0)).toEqual(['id 6', 'id 5', 'id 4', 'id 3']);
    });

    test('gives records back whole, newest first, also to the next process', async () => {
      const records = [
        recordOf(1),
        recordOf(2, { destination: { name: 'ops/disks', chatId: -100, threadId: 7 }, digest: 'd', deliveryMs: 5 }),
        recordOf(3, { status: 'failed', error: 'no', attempts: 2, uid: undefined, fileIds: ['f', null] }),
        recordOf(4, {
          status: 'muted',
          title: 'T',
          parseMode: 'HTML',
          data: { a: [1] },
          buttons: [[{ text: 'a', copy: 'b' }]],
          pictures: 1,
        }),
      ];
      const { place, storage } = await written(records);
      for (const { history } of [storage, place.open({ now: () => NOW })]) {
        expect(await all(history.backwards(0))).toEqual(records.toReversed());
        const found = await all(history.find({ scope: 'all' }, 0));
        expect(found.map(({ record }) => record)).toEqual(records.toReversed());
      }
    });

    test('finds by account, status, source and id, back to a time', async () => {
      const { storage } = await written([
        recordOf(1, { finishedAt: new Date(NOW - 3 * DAY).toISOString() }),
        recordOf(2, { source: 'rev.py' }),
        recordOf(3, { status: 'failed', source: 'rev.py' }),
        recordOf(4, { user: 'ben', text: '"user":"ana" "id":"id 1"' }),
        recordOf(5, { uid: 999 }),
        recordOf(6, { uid: undefined }),
      ]);
      expect(await idsOf(storage, { scope: 'all' })).toEqual(['id 6', 'id 5', 'id 4', 'id 3', 'id 2', 'id 1']);
      expect(await idsOf(storage, { scope: ANA })).toEqual(['id 3', 'id 2', 'id 1']);
      expect(await idsOf(storage, { scope: { ...ANA, uid: undefined } })).toHaveLength(5);
      expect(await idsOf(storage, { scope: ANA }, NOW - DAY)).toEqual(['id 3', 'id 2']);
      expect(await idsOf(storage, { scope: ANA, status: 'failed' })).toEqual(['id 3']);
      expect(await idsOf(storage, { scope: ANA, source: 'rev.py' })).toEqual(['id 3', 'id 2']);
      expect(await idsOf(storage, { scope: ANA, source: null })).toEqual(['id 1']);
      expect(await idsOf(storage, { scope: 'all', id: 'id 1' })).toEqual(['id 1']);
    });

    test('continues before a record that was found, while newer ones are added', async () => {
      const { storage } = await written([1, 2, 3, 4, 5].map((n) => recordOf(n)));
      const [, second] = await all(storage.history.find({ scope: ANA }, 0));
      await storage.history.append(recordOf(6));
      const rest = await all(storage.history.find({ scope: ANA }, 0, second?.position));
      expect(rest.map(({ record }) => record.id)).toEqual(['id 3', 'id 2', 'id 1']);
    });

    test('leaves out what failed and was sent again', async () => {
      const { storage } = await written([
        recordOf(1, { status: 'failed' }),
        recordOf(2, { status: 'failed' }),
        recordOf(3, { retryOf: 'd1' }),
      ]);
      expect(await idsOf(storage, { scope: ANA })).toEqual(['id 3', 'id 2']);
    });

    test('counts by day and source', async () => {
      const { storage } = await written([
        recordOf(1, { finishedAt: new Date(NOW - DAY).toISOString(), source: 'a', deliveryMs: 100 }),
        recordOf(2, { source: 'a', status: 'failed' }),
        recordOf(3, { source: 'a', deliveryMs: 40 }),
        recordOf(4, { status: 'muted' }),
        recordOf(5, { user: 'ben', source: 'a' }),
      ]);
      const counted = async (scope: HistoryFilter['scope'], since: number) =>
        (await storage.history.counts(scope, since)).map(({ day, sums }) => [
          day,
          ...sums.map(({ source, sent, muted, failed }) => [source, sent, muted, failed]),
        ]);
      expect(await counted(ANA, NOW - 2 * DAY)).toEqual([
        ['2026-06-29', ['a', 1, 0, 0]],
        ['2026-06-30', ['a', 1, 0, 1], [null, 0, 1, 0]],
      ]);
      expect(await counted('all', NOW)).toEqual([['2026-06-30', ['a', 2, 0, 1], [null, 0, 1, 0]]]);
      const [day] = await storage.history.counts(ANA, NOW - 2 * DAY);
      expect(day?.sums[0]?.times.quantile(0.5)).toBeCloseTo(100, -1);
    });

    test('knows the ids that senders used, with their results', async () => {
      const { storage } = await written([
        recordOf(1, { digest: 'one', finishedAt: new Date(NOW - 2 * DAY).toISOString() }),
        recordOf(2),
        recordOf(3, { digest: 'three', status: 'failed', error: 'no' }),
      ]);
      expect(await all(storage.usedIds.usedSince(NOW - DAY))).toEqual([
        {
          user: 'ana',
          digest: 'three',
          at: NOW - 1000 + 3,
          id: 'id 3',
          receipt: { to: 'user:ana', status: 'failed', messageIds: [3], error: 'no' },
        },
      ]);
    });

    test('forgets the days before a time', async () => {
      const { place, storage } = await written([
        recordOf(1, { finishedAt: new Date(NOW - 5 * DAY).toISOString() }),
        recordOf(2),
      ]);
      await storage.history.prune(NOW - 2 * DAY);
      for (const one of [storage, place.open()]) expect(await idsOf(one, { scope: 'all' }, 0)).toEqual(['id 2']);
    });

    test('keeps what many callers add at once', async () => {
      const { storage } = await written([]);
      await Promise.all(Array.from({ length: 200 }, (_, n) => storage.history.append(recordOf(n))));
      expect(new Set(await idsOf(storage, { scope: ANA })).size).toBe(200);
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('keeps every answered record, and no torn one, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: ({ history }) => history.append(recordOf(1)),
        change: ({ history }) => history.append(recordOf(2)),
        async check({ history }, _context, done) {
          const kept = (await all(history.backwards(0))).map(({ id }) => id);
          if (done || kept.length === 2) expect(kept).toEqual(['id 2', 'id 1']);
          else expect(kept).toEqual(['id 1']);
          await history.append(recordOf(3));
          expect((await all(history.backwards(0)))[0]).toEqual(recordOf(3));
          await history.close();
        },
      }),
    );
  });
}
