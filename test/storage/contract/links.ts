import { describe, expect, test } from 'vitest';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const NOW = Date.parse('2026-06-30T12:00:00Z');
const chat = (id: number, name = 'Ann') => ({ id, type: id > 0 ? 'private' : 'group', name });

export function describeLinks({ makePlace }: Implementation): void {
  const opened = async () => {
    const place = await makePlace();
    return { place, links: place.open({ now: () => NOW }).links };
  };

  describe('links', () => {
    test('are found by the account they were made for, also in the next process', async () => {
      const { place, links } = await opened();
      expect(await links.link('ana', 1001, chat(5))).toEqual({ linkedAt: '2026-06-30T12:00:00Z' });
      await links.link('ben', 1002, chat(-7, 'Ops'));
      const ana = { user: 'ana', uid: 1001, chatId: 5, linkedAt: '2026-06-30T12:00:00Z', chat: chat(5) };
      for (const one of [links, place.open().links]) {
        expect(await one.find('ana', 1001)).toEqual(ana);
        expect(await one.find('ana', 1002)).toBeUndefined();
        expect(await one.find('ana', undefined)).toBeUndefined();
        expect((await one.find('ben', 1002))?.chatId).toBe(-7);
        expect(await one.find('__proto__', 1)).toBeUndefined();
        expect((await one.all()).map(({ user }) => user).sort()).toEqual(['ana', 'ben']);
        expect([one.count(), await one.usersOf(5), await one.usersOf(6)]).toEqual([2, ['ana'], []]);
        expect(await one.check()).toBeUndefined();
      }
    });

    test('replace an earlier chat, which is returned, and end once', async () => {
      const { links } = await opened();
      await links.link('ana', 1001, chat(5));
      expect(await links.link('ana', 1001, chat(6))).toMatchObject({ previous: { id: 5 } });
      expect(await links.usersOf(5)).toEqual([]);
      expect((await links.unlink('ana'))?.chatId).toBe(6);
      expect(await links.unlink('ana')).toBeUndefined();
      expect(await links.find('ana', 1001)).toBeUndefined();
    });

    test('made in two processes at once are both kept', async () => {
      const { place, links } = await opened();
      const other = place.open().links;
      await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? links : other).link(`u${n}`, n, chat(n + 1))));
      expect(await links.all()).toHaveLength(10);
      expect((await other.find('u2', 2))?.chatId).toBe(3);
    });

    test('lose a topic that takes nothing, while they still name it', async () => {
      const { links } = (await makePlace()).open();
      const chat = { id: -5, type: 'supergroup', name: 'Ops', threadId: 7 };
      await links.link('ana', 1001, chat);
      await links.forgetTopic('ana', -5, 8);
      await links.forgetTopic('ana', -6, 7);
      expect((await links.find('ana', 1001))?.chat).toEqual(chat);
      await links.forgetTopic('ana', -5, 7);
      expect(await links.find('ana', 1001)).toMatchObject({ chatId: -5, chat: { name: 'Ops' } });
      expect((await links.find('ana', 1001))?.chat).not.toHaveProperty('threadId');
    });

    test('remember that Telegram refuses their chat, until it accepts it or they are made again', async () => {
      const { links } = await opened();
      await links.link('ana', 1001, chat(5));
      await links.markUnreachable('ana', 6, 'another chat');
      expect((await links.find('ana', 1001))?.unreachable).toBeUndefined();
      await links.markUnreachable('ana', 5, 'blocked');
      expect((await links.find('ana', 1001))?.unreachable).toEqual({
        since: '2026-06-30T12:00:00Z',
        reason: 'blocked',
      });
      await links.clearUnreachable('ana', 5);
      expect((await links.find('ana', 1001))?.unreachable).toBeUndefined();
      await links.markUnreachable('ana', 5, 'blocked');
      await links.link('ana', 1001, chat(5));
      expect((await links.find('ana', 1001))?.unreachable).toBeUndefined();
    });

    test('follow a group to its new id, for all of its users', async () => {
      const { links } = await opened();
      for (const user of ['ana', 'ben']) await links.link(user, 1, chat(-7));
      await links.link('eve', 1, chat(-8));
      expect([...(await links.moveChat(-7, -1007))].sort()).toEqual(['ana', 'ben']);
      expect(await links.find('ana', 1)).toMatchObject({ chatId: -1007, movedFrom: -7 });
      expect([await links.usersOf(-7), (await links.usersOf(-1007)).length]).toEqual([[], 2]);
      expect((await links.find('eve', 1))?.chatId).toBe(-8);
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('are the earlier or the new ones, and never lost, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        async arrange({ links }) {
          await links.link('ana', 1001, chat(5));
          await links.link('ben', 1002, chat(6));
        },
        change: ({ links }) => links.link('ana', 1001, chat(50)),
        async check({ links }, _context, done) {
          expect((await links.find('ben', 1002))?.chatId).toBe(6);
          const { chatId } = (await links.find('ana', 1001)) ?? {};
          if (done) expect(chatId).toBe(50);
          else expect([5, 50]).toContain(chatId);
          await links.link('ana', 1001, chat(500));
          expect((await links.find('ana', 1001))?.chatId).toBe(500);
        },
      }),
    );
  });
}
