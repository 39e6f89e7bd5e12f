import { describe, expect, test } from 'vitest';
import type { KeyedMessage, KeyedPlace } from '../../../src/core/delivery/keyed-message.ts';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const placeOf = (more: Partial<KeyedPlace> = {}): KeyedPlace => ({
  user: 'ana',
  uid: 1001,
  source: 'backup.sh',
  key: 'progress',
  chatId: 42,
  ...more,
});
const message = (id: number, more: Partial<KeyedMessage> = {}): KeyedMessage => ({
  messageIds: [id],
  form: { kind: 'text' },
  at: id * 1000,
  ...more,
});

export function describeKeyedMessages({ makePlace }: Implementation): void {
  describe('messages with a key', () => {
    test('are remembered, the last one of each key, also by the next process', async () => {
      const place = await makePlace();
      const { keyedMessages } = place.open();
      expect(await keyedMessages.find(placeOf())).toBeUndefined();
      await keyedMessages.remember(placeOf(), message(1));
      const photo = message(2, { form: { kind: 'photo', file: 'ab12' } });
      await keyedMessages.remember(placeOf(), photo);
      const album = { messageIds: [3, 4], at: 5 };
      await keyedMessages.remember(placeOf({ key: 'charts' }), album);
      const next = place.open().keyedMessages;
      expect(await next.find(placeOf())).toEqual(photo);
      expect(await next.find(placeOf({ key: 'charts' }))).toEqual(album);
    });

    test.each<[string, Partial<KeyedPlace>]>([
      ['an account', { user: 'ben' }],
      ['an account that gets the same name later', { uid: 2002 }],
      ['a source', { source: 'other.py' }],
      ['a key', { key: 'Progress' }],
      ['a chat', { chatId: -42 }],
      ['a topic', { threadId: 7 }],
    ])('are those of %s', async (_what, other) => {
      const { keyedMessages } = (await makePlace()).open();
      await keyedMessages.remember(placeOf(), message(1));
      await keyedMessages.remember(placeOf(other), message(2));
      expect([await keyedMessages.find(placeOf()), await keyedMessages.find(placeOf(other))]).toEqual([
        message(1),
        message(2),
      ]);
    });

    test('have no source where their notifications have none', async () => {
      const { keyedMessages } = (await makePlace()).open();
      const { source: _, ...bare } = placeOf();
      await keyedMessages.remember(bare, message(1));
      expect([await keyedMessages.find(bare), await keyedMessages.find(placeOf())]).toEqual([message(1), undefined]);
    });

    test('that come at the same time are all remembered', async () => {
      const { keyedMessages } = (await makePlace()).open();
      const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
      await Promise.all(keys.map((key, i) => keyedMessages.remember(placeOf({ key }), message(i))));
      const found = await Promise.all(keys.map((key) => keyedMessages.find(placeOf({ key }))));
      expect(found).toEqual(keys.map((_, i) => message(i)));
    });

    test('are found as they were remembered last, whatever is looked up meanwhile', async () => {
      const { keyedMessages } = (await makePlace()).open();
      for (let n = 0; n < 50; n += 1) {
        const looks = [keyedMessages.find(placeOf()), keyedMessages.find(placeOf({ user: 'ben' }))];
        await Promise.all([keyedMessages.remember(placeOf(), message(n)), ...looks, keyedMessages.find(placeOf())]);
        expect(await keyedMessages.find(placeOf())).toEqual(message(n));
      }
    });

    test('are bounded: the key used longest ago is forgotten, and the account', async () => {
      const bounds = { ...BOUNDS, keyed: { account: 2, accounts: 2 } };
      const { keyedMessages } = (await makePlace()).open({ bounds });
      const known = async (key: string, user = 'ana') =>
        (await keyedMessages.find(placeOf({ key, user }))) !== undefined;
      for (const [at, key] of ['a', 'b', 'a', 'c'].entries()) {
        await keyedMessages.remember(placeOf({ key }), message(at));
      }
      expect([await known('a'), await known('b'), await known('c')]).toEqual([true, false, true]);
      for (const user of ['ben', 'cleo']) await keyedMessages.remember(placeOf({ key: 'a', user }), message(9));
      const others = [await known('a'), await known('a', 'ben')];
      expect([others.filter(Boolean).length, await known('a', 'cleo')]).toEqual([1, true]);
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('are the earlier or the later one, or forgotten, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: ({ keyedMessages }) => keyedMessages.remember(placeOf(), message(1)),
        change: ({ keyedMessages }) => keyedMessages.remember(placeOf(), message(2)),
        async check({ keyedMessages }) {
          expect([message(1), message(2), undefined]).toContainEqual(await keyedMessages.find(placeOf()));
          await keyedMessages.remember(placeOf(), message(3));
          expect(await keyedMessages.find(placeOf())).toEqual(message(3));
        },
      }),
    );
  });
}
