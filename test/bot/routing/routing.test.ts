import { beforeEach, describe, expect, test } from 'vitest';
import { createRouting } from '../../../src/bot/routing/routing.ts';
import type { RegisteredDestination } from '../../../src/core/destination.ts';
import { Problem } from '../../../src/core/problem.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const ANA = { user: 'ana', uid: 1001 };
const BEN = { user: 'ben', uid: 1002 };
const CAL = { user: 'cal', uid: 1003 };
const by = (account: typeof ANA, trusted = false) => ({ account, trusted });

let storage: ReturnType<typeof openStorage>;
let routing: ReturnType<typeof createRouting>;
/** Groups of accounts by name, how often they were asked for, and what the host lacks. */
let groups: Record<string, readonly string[]>;
let asked: number;
/** How often all destinations were looked through. */
let listed: number;
let away: Problem | undefined;

beforeEach(async () => {
  storage = openStorage({ dataDir: await temporaryFolder() });
  groups = {};
  asked = 0;
  listed = 0;
  away = undefined;
  routing = createRouting({
    links: storage.links,
    destinations: {
      ...storage.destinations,
      all() {
        listed += 1;
        return storage.destinations.all();
      },
    },
    accounts: {
      byName: async (name) =>
        [ANA, BEN, CAL]
          .filter(({ user }) => user === name)
          .map(({ user, uid }) => ({ name: user, uid, gid: uid, home: '/' }))[0],
      async groupsOf(name) {
        asked += 1;
        return groups[name] ?? [];
      },
      check: async () => away,
    },
  });
});

const register = (name: string, chatId: number, more: Partial<RegisteredDestination> = {}) =>
  storage.destinations.register({ name, chatId, owner: ANA, senders: [], type: 'supergroup', title: name, ...more });
const link = ({ user, uid }: typeof ANA, id: number) =>
  storage.links.link(user, uid, { id, type: 'private', name: user });
const namesOf = async (...args: Parameters<typeof routing.route>) =>
  (await routing.route(...args)).map(({ destination: { name } }) => name);
const refused = (code: string, message: unknown = expect.stringMatching(/^to: /)) =>
  expect.objectContaining({ code, message });

describe('a destination', () => {
  test('is the sender’s own link unless named', async () => {
    await expect(routing.route(by(ANA))).rejects.toEqual(refused('not_linked', expect.anything()));
    await link(ANA, 5);
    const [own] = await routing.route(by(ANA));
    expect(own).toEqual({ destination: { name: 'user:ana', chatId: 5 }, person: ANA });
    expect(await routing.route(by(ANA), ['user:ana'])).toEqual([own]);
  });

  test('is found by its name, its topic, and its public name', async () => {
    await register('ops', -100, { username: 'OpsNews' });
    await register('ops/disks', -100, { threadId: 7 });
    const routes = await routing.route(by(ANA), ['ops/disks', '@opsnews']);
    expect(routes.map(({ destination }) => destination)).toEqual([
      { name: 'ops/disks', chatId: -100, threadId: 7 },
      { name: 'ops', chatId: -100 },
    ]);
  });

  test('counts once, also under another name', async () => {
    await register('ops', -100, { username: 'opsnews' });
    await register('again', -100);
    expect(await namesOf(by(ANA), ['ops', 'again', 'ops', '@opsnews'])).toEqual(['ops']);
  });

  test('that nobody registered is named, with what was meant', async () => {
    await register('operators', -100, { username: 'opsnews' });
    const unknown = (to: string, meant: string) =>
      expect(routing.route(by(ANA), [to])).rejects.toEqual(
        refused('unknown_destination', `to: there is no destination ${to}; ${meant}`),
      );
    await unknown('operator', 'did you mean operators?');
    await unknown('@opsnew', 'did you mean @opsnews?');
    await unknown('ana', 'did you mean user:ana?');
    await unknown('elsewhere', 'ask its owner for the name.');
  });

  test('is looked for once, of however many that nobody registered', async () => {
    const to = Array.from({ length: 50 }, (_, i) => `nothing${i}`);
    await expect(routing.route(by(ANA), to)).rejects.toEqual(
      refused('unknown_destination', 'to: there is no destination nothing0; ask its owner for the name.'),
    );
    expect(listed).toBe(1);
  });

  test('of somebody else is no suggestion', async () => {
    await register('secret', -100, { owner: BEN });
    await expect(routing.route(by(ANA), ['secrets'])).rejects.toEqual(
      refused('unknown_destination', expect.not.stringContaining('did you mean')),
    );
    expect(await namesOf(by(ANA, true), ['secret'])).toEqual(['secret']);
  });
});

describe('who may send', () => {
  test('is the owner, trusted users, and those whom the owner allows', async () => {
    await register('ops', -100, { senders: ['ben'] });
    await register('all', -200, { senders: ['*'] });
    expect(await namesOf(by(ANA), ['ops', 'all'])).toEqual(['ops', 'all']);
    expect(await namesOf(by(BEN), ['ops', 'all'])).toEqual(['ops', 'all']);
    expect(await namesOf(by(CAL), ['all'])).toEqual(['all']);
    await expect(routing.route(by(CAL), ['all', 'ops'])).rejects.toEqual(refused('not_a_sender'));
    expect(await namesOf(by(CAL, true), ['ops'])).toEqual(['ops']);
  });

  test('is not who has got the owner’s name later', async () => {
    await register('ops', -100);
    await expect(routing.route(by({ user: 'ana', uid: 2001 }), ['ops'])).rejects.toEqual(refused('not_a_sender'));
  });

  test('is a member of a group that the owner allows, whose groups are looked up once', async () => {
    await register('ops', -100, { senders: ['%analysts', '%others'] });
    await register('two', -200, { senders: ['%analysts'] });
    groups = { ben: ['ben', 'analysts'] };
    expect(await namesOf(by(BEN), ['ops', 'two'])).toEqual(['ops', 'two']);
    expect(asked).toBe(1);
    await expect(routing.route(by(CAL), ['ops'])).rejects.toEqual(refused('not_a_sender'));
    away = new Problem('accounts_unavailable', 'ldap does not answer.');
    await expect(routing.route(by(CAL), ['ops'])).rejects.toBe(away);
    expect(await namesOf(by(BEN), ['ops'])).toEqual(['ops']);
  });

  test('to a person is that person, and trusted users', async () => {
    await link(BEN, 6);
    await expect(routing.route(by(ANA), ['user:ben'])).rejects.toEqual(refused('not_a_sender'));
    // The same for who does not exist, or is not linked.
    await expect(routing.route(by(ANA), ['user:nobody'])).rejects.toEqual(refused('not_a_sender'));
    expect(await routing.route(by(ANA, true), ['user:ben'])).toEqual([
      { destination: { name: 'user:ben', chatId: 6 }, person: BEN },
    ]);
    await expect(routing.route(by(ANA, true), ['user:cal'])).rejects.toEqual(refused('unknown_destination'));
  });

  test('of two destinations with one public name gets the one that they may send to', async () => {
    await register('theirs', -100, { owner: BEN, username: 'news' });
    await register('mine', -200, { username: 'news' });
    expect(await namesOf(by(ANA), ['@news'])).toEqual(['mine']);
  });
});

describe('a caller', () => {
  const requireRoute = (account = ANA) => routing.requireRoute(account);

  test('without a link and a destination gets no further', async () => {
    await register('ops', -100, { owner: BEN, senders: ['%analysts', 'cal'] });
    await expect(requireRoute()).rejects.toEqual(refused('not_linked', expect.anything()));
  });

  test('gets further with a link, or as a sender', async () => {
    await register('ops', -100, { owner: BEN, senders: ['%analysts', 'cal'] });
    await link(ANA, 5);
    groups = { dan: ['analysts'] };
    for (const account of [ANA, BEN, CAL, { user: 'dan', uid: 1004 }]) await requireRoute(account);
  });
});
