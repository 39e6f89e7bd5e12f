import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, test, vi } from 'vitest';
import { createLinks } from '../../../../src/storage/files/links/links.ts';
import type { Links } from '../../../../src/storage/ports.ts';
import { type Clock, MINUTE, person, readJson, START, writeJson } from '../../../support/files/entries.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';

const FILE = 'telegram_users.json';

async function setUp(entries?: unknown): Promise<{
  links: Links;
  dataDir: string;
  clock: Clock;
  onProblem: ReturnType<typeof vi.fn>;
  onClaim: ReturnType<typeof vi.fn>;
}> {
  const dataDir = await temporaryFolder();
  const clock = { now: START };
  const [onProblem, onClaim] = [vi.fn(), vi.fn()];
  if (entries !== undefined) await writeJson(dataDir, FILE, entries);
  return {
    links: createLinks({ dataDir, now: () => clock.now, onProblem, onClaim }),
    dataDir,
    clock,
    onProblem,
    onClaim,
  };
}

describe('linking', () => {
  test('a link has the documented shape and is found from both sides', async () => {
    const { links, dataDir } = await setUp();
    expect(await links.find('alice', 1001)).toBeUndefined();
    expect(await links.link('alice', 1001, person(7))).toEqual({ linkedAt: '2026-01-30T11:30:00Z' });
    expect(await readJson(dataDir, FILE)).toEqual({
      alice: {
        chat_id: 7,
        linked_at: '2026-01-30T11:30:00Z',
        uid: 1001,
        chat: { type: 'private', name: 'Person 7' },
      },
    });
    expect(await links.find('alice', 1001)).toEqual({
      user: 'alice',
      chatId: 7,
      linkedAt: '2026-01-30T11:30:00Z',
      uid: 1001,
      chat: person(7),
    });
    expect(await links.usersOf(7)).toEqual(['alice']);
    expect(links.count()).toBe(1);
    expect(await readdir(dataDir)).toEqual([FILE]);
  });

  test('a topic stands beside the chat, and another topic of the chat takes its place', async () => {
    const { links, dataDir } = await setUp({ alice: { chat_id: -9, kept: 1 } });
    const ops = { id: -9, type: 'supergroup', name: 'Ops' };
    await links.link('alice', 1001, { ...ops, threadId: 7 });
    expect(await readJson(dataDir, FILE)).toMatchObject({ alice: { chat_id: -9, thread_id: 7, kept: 1 } });
    expect(await links.find('alice', 1001)).toMatchObject({ chatId: -9, chat: { threadId: 7 } });
    expect(await links.link('alice', 1001, { ...ops, threadId: 8 })).toMatchObject({ former: { id: -9, threadId: 7 } });
    expect(await links.link('alice', 1001, { ...ops, threadId: 8 })).not.toHaveProperty('former');
    await links.link('alice', 1001, ops);
    expect((await readJson(dataDir, FILE)) as object).not.toHaveProperty('alice.thread_id');
    expect(await links.usersOf(-9)).toEqual(['alice']);
  });

  test.each([
    ['none', undefined, undefined],
    ['null', null, undefined],
    ['General', 1, undefined],
    ['a topic', 12, 12],
  ])('a thread_id of another program’s that is %s names that topic', async (_, thread_id, threadId) => {
    const { links } = await setUp({ alice: { chat_id: -9, ...(thread_id !== undefined && { thread_id }) } });
    expect((await links.find('alice', 1001))?.chat.threadId).toBe(threadId);
    expect(await links.check()).toBeUndefined();
  });

  test('another chat takes the place of the earlier one, which is returned', async () => {
    const { links } = await setUp();
    await links.link('alice', 1001, person(7));
    expect(await links.link('alice', 1001, person(8))).toMatchObject({ previous: { id: 7 } });
    expect(await links.link('alice', 1001, person(8))).toEqual({ linkedAt: '2026-01-30T11:30:00Z' });
    expect(await links.usersOf(7)).toEqual([]);
    expect(await links.usersOf(8)).toEqual(['alice']);
    expect(links.count()).toBe(1);
  });

  test('several users may share a chat, and unlinking one leaves the others', async () => {
    const { links } = await setUp();
    for (const user of ['alice', 'bob', 'carol']) await links.link(user, 1001, person(-5));
    expect((await links.usersOf(-5)).toSorted()).toEqual(['alice', 'bob', 'carol']);
    expect(await links.unlink('bob')).toMatchObject({ user: 'bob', chatId: -5 });
    expect(await links.unlink('bob')).toBeUndefined();
    expect((await links.usersOf(-5)).toSorted()).toEqual(['alice', 'carol']);
    expect(links.count()).toBe(2);
  });

  test.each(['__proto__', 'constructor', 'hasOwnProperty', '123', ''])(
    'a user named %j is like any other',
    async (user) => {
      const { links, dataDir } = await setUp();
      expect(await links.find(user, 5)).toBeUndefined();
      await links.link(user, 5, person(7));
      await links.link('alice', 6, person(7));
      const again = createLinks({ dataDir, now: () => START });
      expect(await again.find(user, 5)).toMatchObject({ user, chatId: 7 });
      expect((await again.usersOf(7)).toSorted()).toEqual([user, 'alice'].toSorted());
      await links.unlink(user);
      expect(await again.find(user, 5)).toBeUndefined();
      expect(await again.find('alice', 6)).toMatchObject({ chatId: 7 });
    },
  );
});

describe('the account behind a name', () => {
  test('a user name given to somebody else does not inherit the chat', async () => {
    const { links } = await setUp();
    await links.link('alice', 1001, person(7));
    expect(await links.find('alice', 1002)).toBeUndefined();
    expect(await links.find('alice', undefined)).toBeUndefined();
    await links.link('alice', 1002, person(8));
    expect(await links.find('alice', 1002)).toMatchObject({ chatId: 8, uid: 1002 });
    expect(await links.find('alice', 1001)).toBeUndefined();
  });

  const WITHOUT_UID = { chat_id: 7, linked_at: '2026-01-30T12:00:00Z' };
  const ALICE = {
    user: 'alice',
    chatId: 7,
    linkedAt: '2026-01-30T12:00:00Z',
    chat: { id: 7, type: 'private', name: '' },
  };

  test('an entry of another program’s without a uid serves a name that has no account', async () => {
    const { links, dataDir } = await setUp({ alice: WITHOUT_UID });
    expect(await links.find('alice', undefined)).toEqual(ALICE);
    expect(await readJson(dataDir, FILE)).toEqual({ alice: WITHOUT_UID });
  });

  test('it becomes that of the first account that is asked for, which is recorded', async () => {
    const { links, dataDir, onClaim } = await setUp({ alice: { ...WITHOUT_UID, theirs: 1 }, bob: { chat_id: 8 } });
    const asked = await Promise.all([1001, 1002, 1001].map((uid) => links.find('alice', uid)));
    expect(onClaim.mock.calls).toEqual([[{ user: 'alice', uid: 1001 }]]);
    expect(asked).toEqual([{ ...ALICE, uid: 1001 }, undefined, { ...ALICE, uid: 1001 }]);
    expect(await readJson(dataDir, FILE)).toEqual({
      alice: { ...WITHOUT_UID, theirs: 1, uid: 1001 },
      bob: { chat_id: 8 },
    });
    const again = createLinks({ dataDir, now: () => START });
    for (const uid of [1002, undefined]) expect(await again.find('alice', uid)).toBeUndefined();
    expect(await again.link('alice', 1002, person(9))).not.toHaveProperty('previous');
  });

  test('it is found by everybody who asks while that is recorded', async () => {
    const { links } = await setUp({ alice: WITHOUT_UID });
    let isOver = false;
    const asked: Promise<unknown>[] = [];
    const first = links.find('alice', 1001).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      asked.push(links.find('alice', 1001));
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const found of await Promise.all([first, ...asked])) expect(found).toMatchObject({ chatId: 7, uid: 1001 });
  });

  test('it is served as well where that can’t be recorded now', async () => {
    const { links, dataDir, clock } = await setUp({ alice: WITHOUT_UID });
    expect(await links.find('alice', undefined)).toEqual(ALICE);
    await writeFile(join(dataDir, FILE), '{');
    expect(await links.find('alice', 1001)).toEqual(ALICE);
    await writeJson(dataDir, FILE, { alice: WITHOUT_UID });
    clock.now += MINUTE;
    expect(await links.find('alice', 1001)).toMatchObject({ uid: 1001 });
  });

  test('an entry that an earlier version made for a name without an account is nobody’s who gets the name', async () => {
    const entry = { ...WITHOUT_UID, chat: { type: 'private', name: 'Eve' } };
    const { links } = await setUp({ alice: entry });
    expect(await links.find('alice', 1001)).toBeUndefined();
    expect(await links.find('alice', undefined)).toMatchObject({ chatId: 7 });
    const linked = await links.link('alice', 1001, person(9));
    expect([linked.former?.id, linked.previous]).toEqual([7, undefined]);
  });
});

describe('chats that Telegram refuses', () => {
  test('are remembered with the first time and the latest reason, until something arrives', async () => {
    const { links, clock } = await setUp();
    await links.link('alice', 1, person(7));
    await links.markUnreachable('alice', 7, 'blocked');
    clock.now += MINUTE;
    await links.markUnreachable('alice', 7, 'chat not found');
    const unreachable = { since: '2026-01-30T11:30:00Z', reason: 'chat not found' };
    expect(await links.find('alice', 1)).toMatchObject({ unreachable });
    await links.clearUnreachable('alice', 7);
    expect(await links.find('alice', 1)).not.toHaveProperty('unreachable');
  });

  test('are left alone when the user is linked elsewhere by now, and forgotten when linked again', async () => {
    const { links } = await setUp();
    await links.link('alice', 1, person(7));
    await links.markUnreachable('alice', 8, 'blocked');
    await links.markUnreachable('nobody', 7, 'blocked');
    expect(await links.find('alice', 1)).not.toHaveProperty('unreachable');
    await links.markUnreachable('alice', 7, 'blocked');
    await links.clearUnreachable('alice', 8);
    expect(await links.find('alice', 1)).toHaveProperty('unreachable');
    await links.link('alice', 1, person(7));
    expect(await links.find('alice', 1)).not.toHaveProperty('unreachable');
  });

  test('nothing is written when there is nothing to change', async () => {
    const { links, dataDir } = await setUp();
    await links.link('alice', 1, person(7));
    await links.markUnreachable('alice', 7, 'blocked');
    const text =
      '{"alice": {"chat_id": 7, "linked_at": "x", "unreachable": {"since": "y", "reason": "blocked"}},   "bob": {"chat_id": 8}}';
    await writeFile(join(dataDir, FILE), text);
    await links.markUnreachable('alice', 7, 'blocked');
    await links.clearUnreachable('bob', 8);
    await links.moveChat(9, 10);
    await links.moveChat(7, 7);
    await links.unlink('carol');
    expect(await readFile(join(dataDir, FILE), 'utf8')).toBe(text);
  });

  test('a group that got a new id is followed for everybody in it', async () => {
    const { links } = await setUp();
    await links.link('alice', 1, person(-5));
    await links.link('bob', 2, person(-5));
    await links.link('carol', 3, person(6));
    expect((await links.moveChat(-5, -1_000_000_000_005)).toSorted()).toEqual(['alice', 'bob']);
    expect(await links.usersOf(-5)).toEqual([]);
    expect(await links.find('alice', 1)).toMatchObject({ chatId: -1_000_000_000_005, uid: 1 });
    expect(await links.usersOf(6)).toEqual(['carol']);
  });
});

describe('a file shared with others', () => {
  test('what another program writes counts at once, and its keys survive', async () => {
    const { links, dataDir } = await setUp();
    await links.link('alice', 1, person(7));
    await writeJson(dataDir, FILE, {
      alice: { chat_id: 9, linked_at: 'then', uid: 1, chat: { type: 'private', name: 'A', lang: 'de' }, theme: 'dark' },
      _comment: { by: 'hand' },
      version: 3,
    });
    expect(await links.usersOf(9)).toEqual(['alice']);
    expect(await links.usersOf(7)).toEqual([]);
    await links.markUnreachable('alice', 9, 'blocked');
    await links.link('alice', 1, person(8));
    await links.link('bob', 2, person(8));
    expect(await readJson(dataDir, FILE)).toMatchObject({
      alice: { chat_id: 8, theme: 'dark', chat: { lang: 'de', name: 'Person 8' } },
      _comment: { by: 'hand' },
      version: 3,
    });
  });

  test('an entry that makes no sense is reported once, kept as it is, and all others are served', async () => {
    const bad = {
      text: { chat_id: '7', linked_at: 'x' },
      list: [7],
      fraction: { chat_id: 7.5 },
      owner: { chat_id: 7, uid: '1001' },
    };
    const { links, dataDir, onProblem } = await setUp({ ...bad, alice: { chat_id: 7, linked_at: 'x' } });
    expect(await links.find('alice', 1)).toMatchObject({ chatId: 7 });
    for (const user of Object.keys(bad)) expect(await links.find(user, 1001)).toBeUndefined();
    expect(await links.usersOf(7)).toEqual(['alice']);
    expect(links.count()).toBe(1);
    expect((await links.check())?.message).toContain(FILE);
    expect((await links.check())?.message).toContain('text.chat_id is a string, not a whole number');
    expect((await links.check())?.message).toContain('and 1 more');
    expect(onProblem).toHaveBeenCalledTimes(1);
    await links.link('bob', 2, person(8));
    await links.unlink('text');
    expect(await readJson(dataDir, FILE)).toMatchObject(bad);
    expect(onProblem).toHaveBeenCalledTimes(1);
    await links.link('text', 3, person(7));
    expect((await links.usersOf(7)).toSorted()).toEqual(['alice', 'text']);
    expect((await links.check())?.message).not.toContain('text.chat_id');
  });

  test('a file that cannot be read is served as it last was and never overwritten', async () => {
    const { links, dataDir, onProblem } = await setUp();
    await links.link('alice', 1, person(7));
    await writeFile(join(dataDir, FILE), '{"alice": ');
    expect(await links.find('alice', 1)).toMatchObject({ chatId: 7 });
    await expect(links.link('bob', 2, person(8))).rejects.toMatchObject({ code: 'links_unreadable' });
    expect(await links.check()).toMatchObject({ code: 'links_unreadable' });
    expect(onProblem).toHaveBeenCalledTimes(1);
    expect(await readFile(join(dataDir, FILE), 'utf8')).toBe('{"alice": ');
    const fresh = createLinks({ dataDir, now: () => START });
    await expect(fresh.find('alice', 1)).rejects.toMatchObject({ code: 'links_unreadable' });
    await writeJson(dataDir, FILE, { alice: { chat_id: 9, linked_at: 'x' } });
    await links.link('bob', 2, person(8));
    expect(await links.find('alice', 1)).toMatchObject({ chatId: 9 });
    expect(await links.check()).toBeUndefined();
  });
});

describe('100,000 links', () => {
  const MANY = 100_000;

  function manyEntries(): string {
    const lines = Array.from({ length: MANY }, (_, index) => {
      const entry = { chat_id: index + 1, linked_at: '2026-01-30T12:00:00Z', uid: index };
      return `"user${index}":${JSON.stringify({ ...entry, chat: { type: 'private', name: `Person ${index}` } })}`;
    });
    return `{${lines.join(',')}}`;
  }

  test('are looked up without going through them, and never hold the event loop for long', {
    timeout: 120_000,
  }, async () => {
    const { links, dataDir } = await setUp();
    await writeFile(join(dataDir, FILE), manyEntries());
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    expect(await links.usersOf(MANY)).toEqual([`user${MANY - 1}`]);
    await links.link('alice', 1, person(7));
    expect((await links.usersOf(7)).toSorted()).toEqual(['alice', 'user6']);
    delay.disable();
    expect(links.count()).toBe(MANY + 1);
    // Ten times what is promised, for a busy machine; the promise is 200 ms.
    expect(delay.max / 1e6).toBeLessThan(2_000);
    const from = performance.now();
    for (let index = 0; index < 2_000; index += 1) {
      expect(await links.find(`user${index}`, index)).toMatchObject({ chatId: index + 1 });
    }
    // Going through all links for each would take minutes.
    expect(performance.now() - from).toBeLessThan(10_000);
  });
});
