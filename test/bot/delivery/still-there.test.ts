import { beforeEach, describe, expect, test } from 'vitest';
import { currentPlace, objectionTo } from '../../../src/bot/delivery/still-there.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const ANA = { user: 'ana', uid: 1001 };
let storage: ReturnType<typeof openStorage>;
beforeEach(async () => {
  storage = openStorage({ dataDir: await temporaryFolder() });
});
const link = (user: string, uid: number, id: number) =>
  storage.links.link(user, uid, { id, type: 'private', name: user });
const to = (name: string, chatId: number) => ({ ...ANA, destination: { name, chatId } });
const objection = (name: string, chatId: number) => objectionTo(storage, to(name, chatId));
const register = (chatId: number) =>
  storage.destinations.register({ name: 'ops', chatId, owner: ANA, senders: [], type: 'group', title: 'Ops' });

describe('a delivery', () => {
  test('goes to the chat that its person is still linked to, whoever sends', async () => {
    await link('ana', 1001, 5);
    await link('ben', 1002, 6);
    expect([await objection('user:ana', 5), await objection('user:ben', 6)]).toEqual([undefined, undefined]);
    expect(await objection('user:ben', 5)).toBe('ben is not linked to this chat any more.');
    await link('ana', 1001, 7);
    expect(await objection('user:ana', 5)).toBe('ana is not linked to this chat any more.');
  });

  test('goes to a group that Telegram gave a new id', async () => {
    await link('ben', 1002, -6);
    await storage.links.moveChat(-6, -1006);
    expect(await objection('user:ben', -6)).toBeUndefined();
  });

  test('goes to a destination while that is registered, and the same chat', async () => {
    expect(await objection('ops', -100)).toBe('The destination ops is not registered any more.');
    await register(-100);
    expect(await objection('ops', -100)).toBeUndefined();
    await storage.destinations.moveChat(-100, -1100);
    expect([await objection('ops', -100), await objection('ops', -1100)]).toEqual([undefined, undefined]);
    await register(-200);
    expect(await objection('ops', -100)).toBe('The destination ops is another chat now.');
  });
});

describe('a failed delivery that is sent again', () => {
  test('goes where its destination is now', async () => {
    await link('ben', 1002, 6);
    await register(-200);
    expect(await currentPlace(storage, to('user:ben', 5))).toEqual({ name: 'user:ben', chatId: 6 });
    expect(await currentPlace(storage, to('ops', -100))).toEqual({ name: 'ops', chatId: -200 });
  });

  test('is refused where that is gone', async () => {
    await expect(currentPlace(storage, to('user:ana', 5))).rejects.toMatchObject({ code: 'not_linked' });
    await expect(currentPlace(storage, to('ops', -100))).rejects.toMatchObject({ code: 'unknown_destination' });
  });
});
