import { describe, expect, test } from 'vitest';
import type { RegisteredDestination } from '../../../src/core/destination.ts';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const NOW = Date.parse('2026-06-30T12:00:00Z');
const ANA = { user: 'ana', uid: 1001 };
const BEN = { user: 'ben', uid: 1002 };

const ops = (change: Partial<RegisteredDestination> = {}): RegisteredDestination => ({
  name: 'ops',
  chatId: -100_123,
  owner: ANA,
  senders: ['%analysts'],
  type: 'supergroup',
  title: 'Operations',
  ...change,
});
const DISKS = ops({ name: 'ops/disks', threadId: 7 });

export function describeDestinations({ makePlace }: Implementation): void {
  const opened = async () => {
    const place = await makePlace();
    return { place, destinations: place.open({ now: () => NOW }).destinations };
  };

  describe('destinations', () => {
    test('are found by name, place and public name, also in the next process', async () => {
      const { place, destinations } = await opened();
      const news = ops({ name: 'news', chatId: -100_9, type: 'channel', username: 'Our_News' });
      for (const one of [ops(), DISKS, news]) await destinations.register(one);
      for (const one of [destinations, place.open().destinations]) {
        expect(await one.find('ops')).toEqual({ ...ops(), linkedAt: '2026-06-30T12:00:00Z' });
        expect([await one.find('op'), await one.find('__proto__')]).toEqual([undefined, undefined]);
        expect((await one.at({ chatId: -100_123, threadId: 7 })).map(({ name }) => name)).toEqual(['ops/disks']);
        expect((await one.at({ chatId: -100_123 })).map(({ name }) => name)).toEqual(['ops']);
        expect((await one.withUsername('our_news')).map(({ name }) => name)).toEqual(['news']);
        expect((await one.all()).map(({ name }) => name).sort()).toEqual(['news', 'ops', 'ops/disks']);
        expect(await one.check()).toBeUndefined();
      }
    });

    test('belong to the account that registered them, which may do so again, and end once', async () => {
      const { destinations } = await opened();
      await destinations.register(ops());
      const taken = expect.objectContaining({ code: 'destination_taken' });
      for (const owner of [BEN, { user: 'ana', uid: 2002 }])
        await expect(destinations.register(ops({ owner }))).rejects.toEqual(taken);
      await destinations.register(ops({ chatId: -5, senders: [] }));
      expect(await destinations.find('ops')).toMatchObject({ chatId: -5, senders: [] });
      expect((await destinations.remove('ops'))?.chatId).toBe(-5);
      expect(await destinations.remove('ops')).toBeUndefined();
      await destinations.register(ops({ owner: BEN }));
    });

    test('of a group and its topics belong to one account', async () => {
      const { destinations } = await opened();
      await destinations.register(ops());
      await expect(destinations.register({ ...DISKS, owner: BEN })).rejects.toMatchObject({
        code: 'destination_taken',
      });
      await expect(destinations.requireFree('ops/disks', BEN)).rejects.toMatchObject({ code: 'destination_taken' });
      await destinations.register(DISKS);
      await destinations.remove('ops');
      await expect(destinations.register(ops({ owner: BEN }))).rejects.toMatchObject({ code: 'destination_taken' });
      await destinations.requireFree('ops', ANA);
      await destinations.register(ops({ name: 'opsen', owner: BEN }));
    });

    test('that are registered again keep their senders unless others are named, and name the earlier place', async () => {
      const { destinations } = await opened();
      expect((await destinations.register(ops())).before).toBeUndefined();
      const { senders: _senders, ...elsewhere } = ops({ chatId: -7 });
      const { now, before } = await destinations.register(elsewhere);
      expect([now.senders, before?.chatId]).toEqual([['%analysts'], -100_123]);
      expect(await destinations.find('ops')).toEqual(now);
    });

    test('keep what their chat is called', async () => {
      const { destinations } = await opened();
      for (const one of [ops(), DISKS, ops({ name: 'other', chatId: -9 })]) await destinations.register(one);
      const called = { type: 'supergroup', title: 'Ops 2', username: 'ops_two' };
      expect(await destinations.describeChat(-100_123, called)).toEqual(['ops', 'ops/disks']);
      expect(await destinations.describeChat(-100_123, called)).toEqual([]);
      expect(await destinations.find('ops/disks')).toMatchObject({ ...called, threadId: 7 });
      await destinations.describeChat(-100_123, { type: 'supergroup', title: 'Ops 2' });
      expect(await destinations.find('ops')).not.toHaveProperty('username');
      expect((await destinations.find('other'))?.title).toBe('Operations');
    });

    test('of one name, registered by two at once, are the first’s', async () => {
      const { place, destinations } = await opened();
      const both = [destinations.register(ops()), place.open().destinations.register(ops({ owner: BEN }))];
      const outcomes = await Promise.allSettled(both);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await destinations.all()).length).toBe(1);
    });

    test('keep who may send, each name once, and follow a group that has a new id', async () => {
      const { destinations } = await opened();
      for (const one of [ops(), DISKS]) await destinations.register(one);
      const changed = await destinations.setSenders('ops', (senders) => [...senders, 'ben', 'ben']);
      expect(changed?.senders).toEqual(['%analysts', 'ben']);
      expect(await destinations.setSenders('nothing', () => [])).toBeUndefined();
      expect(await destinations.moveChat(-100_123, -100_456)).toEqual(['ops', 'ops/disks']);
      expect(await destinations.moveChat(-100_123, -100_456)).toEqual([]);
      expect(await destinations.find('ops/disks')).toMatchObject({ chatId: -100_456, threadId: 7, type: 'supergroup' });
    });

    test('remember why Telegram refuses them, and say whose they are when that is news', async () => {
      const { destinations } = await opened();
      for (const one of [ops(), DISKS]) await destinations.register(one);
      const place = { chatId: -100_123, threadId: 7 };
      expect(await destinations.markUnreachable(place, 'TOPIC_CLOSED')).toEqual([ANA]);
      expect(await destinations.markUnreachable(place, 'TOPIC_CLOSED')).toEqual([]);
      expect((await destinations.find('ops'))?.unreachable).toBeUndefined();
      const refused = (await destinations.find('ops/disks'))?.unreachable;
      expect(refused).toEqual({ since: '2026-06-30T12:00:00Z', reason: 'TOPIC_CLOSED' });
      expect(await destinations.markUnreachable(place, undefined)).toEqual([ANA]);
      expect((await destinations.find('ops/disks'))?.unreachable).toBeUndefined();
    });

    test('are bounded, of one account and of all, as are their senders', async () => {
      const bounds = { ...BOUNDS, destinations: { account: 2, overall: 3, senders: 2 } };
      const { destinations } = (await makePlace()).open({ now: () => NOW, bounds });
      const full = expect.objectContaining({ code: 'too_many_destinations' });
      for (const name of ['a', 'b', 'b']) await destinations.register(ops({ name }));
      await expect(destinations.register(ops({ name: 'c' }))).rejects.toEqual(full);
      await destinations.register(ops({ name: 'c', owner: BEN }));
      await expect(destinations.register(ops({ name: 'd', owner: BEN }))).rejects.toEqual(full);
      await expect(destinations.setSenders('a', () => ['x', 'y', 'z'])).rejects.toEqual(full);
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('that were answered are kept, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: ({ destinations }) => destinations.register(ops()),
        change: ({ destinations }) => destinations.register(DISKS),
        async check({ destinations }, _context, done) {
          const names = (await destinations.all()).map(({ name }) => name);
          expect(names).toContain('ops');
          if (done) expect(names).toContain('ops/disks');
        },
      }),
    );
  });
}
