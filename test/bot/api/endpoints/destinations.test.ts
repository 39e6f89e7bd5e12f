import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answered, call, callAs, type RunningApi, startApi } from '../support/running-api.ts';
import { createUser, isRoot, NEEDS_ROOT, removeUser, type TestUser } from '../support/test-users.ts';

let running: RunningApi;
beforeEach(async () => {
  await running?.close();
  running = await startApi();
});
afterAll(() => running.close());

const ask = (method: string, path: string, body?: unknown) => call(running.socketPath, method, path, body);
const namesIn = ({ body }: Answered) => (body.destinations as { name: string }[]).map(({ name }) => name);

describe('the senders of a destination', () => {
  test('must be accounts or groups of this host, and those that are not are named', async () => {
    const { status, body } = await ask('POST', '/destinations', {
      name: 'ops',
      senders: ['root', 'nb-no', '%nb-none'],
    });
    expect([status, body.code, body.error]).toEqual([
      400,
      'bad_field',
      'senders: this host has no account or group "nb-no", "%nb-none"; a group is written %group.',
    ]);
    const allowed = await ask('POST', '/destinations/news/senders', { allow: ['nb-no'] });
    expect([allowed.status, allowed.body.error]).toEqual([400, expect.stringMatching(/^allow: .*"nb-no"/)]);
  });

  test('are allowed and denied, also one that the host no longer has', async () => {
    const both = await ask('POST', '/destinations/ops/disks/senders', { allow: ['root', 'daemon'], deny: ['%root'] });
    expect(both.body).toEqual({ ok: true, name: 'ops/disks', senders: ['root', 'daemon'] });
    const { body } = await ask('POST', '/destinations/ops%2Fdisks/senders', { deny: ['nb-gone', 'root'] });
    expect(body.senders).toEqual(['daemon']);
  });

  test.each<[unknown, RegExp]>([
    ['root', /^senders: expected a list of user names, %groups or \*, found "root"/],
    [['a b'], /^senders\[0\]: expected a user name, %group or \*/],
    [Array(201).fill('root'), /^senders: expected at most 200 names; use a %group/],
  ])('%j are malformed', async (senders, sentence) => {
    const { status, body } = await ask('POST', '/destinations', { name: 'ops', senders });
    expect([status, body.error]).toEqual([400, expect.stringMatching(sentence)]);
  });
});

test('a name that nobody registered is answered with the one that was probably meant', async () => {
  const { status, body } = await ask('DELETE', '/destinations/newss');
  expect([status, body.code, body.error]).toEqual([
    404,
    'unknown_destination',
    'There is no destination named "newss". Did you mean news?',
  ]);
});

describe.skipIf(!isRoot)(`as other users (${NEEDS_ROOT})`, () => {
  /** Owns `news` and `attic`. */
  const daemon = { uid: 1, gid: 1 };
  let ann: TestUser;
  beforeAll(() => {
    ann = createUser();
  });
  afterAll(() => removeUser(ann));
  const asAnn = (method: string, path: string, body?: unknown) => callAs(ann, running.socketPath, method, path, body);
  const asDaemon = (method: string, path: string, body?: unknown) =>
    callAs(daemon, running.socketPath, method, path, body);

  test('everybody sees what they own or may send to; trusted users see all, or one user’s', async () => {
    expect(namesIn(await asAnn('GET', '/destinations'))).toEqual(['news']);
    expect(namesIn(await asDaemon('GET', '/destinations'))).toEqual(['attic', 'news']);
    expect(namesIn(await ask('GET', '/destinations'))).toEqual(['attic', 'news', 'ops/disks']);
    expect(namesIn(await ask('GET', '/destinations?user=daemon'))).toEqual(['attic', 'news']);
    expect(namesIn(await ask('GET', `/destinations?user=${ann.name}`))).toEqual(['news']);
  });

  test('Telegram’s own ids are for the owner and for trusted users', async () => {
    const seen = async (answer: Promise<Answered>) => {
      const [news] = ((await answer).body.destinations as { name: string }[]).filter(({ name }) => name === 'news');
      return news;
    };
    const common = {
      name: 'news',
      title: 'News',
      type: 'channel',
      username: 'our_news',
      thread: false,
      owner: 'daemon',
      senders: ['*'],
      linked_at: null,
      may_send: true,
      unreachable: { since: '2026-01-30T12:00:00Z', reason: 'The bot was removed.' },
    };
    expect(await seen(asAnn('GET', '/destinations'))).toEqual({ ...common, yours: false });
    expect(await seen(asDaemon('GET', '/destinations'))).toEqual({ ...common, yours: true, chat_id: -100_9 });
    expect(await seen(ask('GET', '/destinations'))).toEqual({ ...common, yours: false, chat_id: -100_9 });
  });

  test('a group’s members may send', async () => {
    await ask('POST', '/destinations/attic/senders', { allow: [`%${ann.name}`] });
    expect(namesIn(await asAnn('GET', '/destinations'))).toEqual(['attic', 'news']);
  });

  test('the owner alone changes and removes it, and trusted users', async () => {
    for (const [method, path] of [
      ['DELETE', '/destinations/news'],
      ['POST', '/destinations/news/senders'],
    ] as const) {
      const { status, body } = await asAnn(method, path, method === 'POST' ? { allow: [ann.name] } : undefined);
      expect([status, body.code, body.error]).toEqual([
        403,
        'not_yours',
        'name: news is a destination of daemon, who alone may change it.',
      ]);
    }
    expect((await asAnn('DELETE', '/destinations/attic')).body.error).toBe(
      'name: attic is a destination of somebody else, who alone may change it.',
    );
    expect((await asDaemon('POST', '/destinations/news/senders', { deny: ['*'] })).body.senders).toEqual([]);
    expect((await asDaemon('DELETE', '/destinations/news')).status).toBe(200);
    expect((await ask('DELETE', '/destinations/attic')).status).toBe(200);
    expect(namesIn(await ask('GET', '/destinations'))).toEqual(['ops/disks']);
  });

  test('a trusted caller who names a user may do what that user may', async () => {
    for (const [user, status] of [
      [ann.name, 403],
      ['daemon', 200],
    ] as const) {
      expect((await ask('POST', '/destinations/attic/senders', { user, allow: ['root'] })).status).toBe(status);
      expect((await ask('DELETE', `/destinations/attic?user=${user}`)).status).toBe(status);
    }
  });

  test('a name that they may not see is suggested to nobody', async () => {
    expect((await asAnn('DELETE', '/destinations/atic')).body.error).toBe('There is no destination named "atic".');
    expect((await asDaemon('DELETE', '/destinations/atic')).body.error).toMatch(/Did you mean attic\?$/);
  });

  test('nobody asks for a code for somebody else', async () => {
    const { status, body } = await asAnn('POST', '/destinations', { name: 'ops', user: 'daemon' });
    expect([status, body.code]).toEqual([403, 'not_yours']);
  });
});
