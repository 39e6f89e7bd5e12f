import { chmodSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ApiSettings } from '../../../../src/bot/api/server.ts';
import { askAs, call, callAs, newFolder, type RunningApi, startApi } from '../support/running-api.ts';
import {
  createGroup,
  createUser,
  isRoot,
  NEEDS_ROOT,
  removeGroup,
  removeUser,
  type TestUser,
} from '../support/test-users.ts';

let running: RunningApi | undefined;
const start = async (settings: Partial<ApiSettings> = {}) => {
  running = await startApi(settings);
  return running;
};
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const NO_ACCOUNT = { uid: 3_999_999_999, gid: 3_999_999_999, hasAccount: false };

describe.skipIf(!isRoot)(`who may act for whom (${NEEDS_ROOT})`, () => {
  let ann: TestUser;
  let ben: TestUser;
  beforeAll(() => {
    ann = createUser();
    ben = createUser();
  });
  afterAll(() => {
    removeUser(ann);
    removeUser(ben);
  });

  test('a user acts for themself, named or not', async () => {
    const { socketPath, services } = await start();
    for (const user of [undefined, ann.name]) {
      expect((await callAs(ann, socketPath, 'POST', '/send', { text: 'hi', user })).status).toBe(200);
    }
    const submitted = services.submissions.map(({ notification: { account } }) => [account.user, account.uid]);
    expect(submitted).toEqual([
      [ann.name, ann.uid],
      [ann.name, ann.uid],
    ]);
    expect((await callAs(ann, socketPath, 'GET', '/status')).body).toMatchObject({ user: ann.name, linked: true });
  });

  test('a user may not act for another, in any way', async () => {
    const { socketPath, services } = await start();
    const user = ben.name;
    const answers = await Promise.all([
      callAs(ann, socketPath, 'POST', '/send', { text: 'hi', user }),
      callAs(ann, socketPath, 'POST', '/send_document', { document_path: '/etc/hostname', user }),
      callAs(ann, socketPath, 'POST', '/send', { text: 'hi', user: 'root' }),
      callAs(ann, socketPath, 'POST', '/send', { text: 'hi', user: ann.name.toUpperCase() }),
      callAs(ann, socketPath, 'POST', '/link', { user }),
      callAs(ann, socketPath, 'POST', '/unlink', { user }),
      callAs(ann, socketPath, 'GET', `/status?user=${user}`),
      callAs(ann, socketPath, 'GET', `/messages?user=${user}`),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(403);
      expect(body).toMatchObject({ code: 'not_yours', error: expect.stringContaining(`you are ${ann.name}`) });
    }
    expect(services.submissions).toEqual([]);
    expect(services.unlinked).toEqual([]);
  });

  test('only the trusted retry deliveries', async () => {
    const { socketPath, services } = await start();
    const refused = await callAs(ann, socketPath, 'POST', '/retry', { delivery: 'known' });
    expect([refused.status, refused.body.code]).toEqual([403, 'not_trusted']);
    expect((await call(socketPath, 'POST', '/retry', { delivery: 'known' })).status).toBe(200);
    expect(services.retried).toEqual(['known']);
  });

  test('root, the service and those named as trusted act for anyone, known to this host or not', async () => {
    const { socketPath, services } = await start({ serviceUid: ben.uid, trustedUsers: [ann.name] });
    expect((await call(socketPath, 'POST', '/send', { text: 'hi', user: ann.name })).status).toBe(200);
    expect((await callAs(ben, socketPath, 'POST', '/send', { text: 'hi', user: ann.name })).status).toBe(200);
    expect((await callAs(ann, socketPath, 'POST', '/send', { text: 'hi', user: 'nb elsewhere' })).status).toBe(200);
    expect(services.submissions.map(({ notification: { account } }) => [account.user, account.uid])).toEqual([
      [ann.name, ann.uid],
      [ann.name, ann.uid],
      ['nb elsewhere', undefined],
    ]);
    expect((await call(socketPath, 'GET', '/status?user=nb-unlinked')).body).toMatchObject({
      user: 'nb-unlinked',
      linked: false,
    });
  });

  test('somebody without an account is refused', async () => {
    const { socketPath } = await start();
    const { status, body } = await callAs(NO_ACCOUNT, socketPath, 'GET', '/status');
    expect([status, body.code]).toEqual([403, 'no_account']);
  });

  test('a caller may send a file that they may read; being trusted adds no right', async () => {
    const { socketPath } = await start({ trustedUsers: [ann.name] });
    const shadow = { document_path: '/etc/shadow' };
    const refused = await callAs(ann, socketPath, 'POST', '/send_document', shadow);
    expect([refused.status, refused.body.code]).toEqual([403, 'not_readable']);
    expect((await callAs(ben, socketPath, 'POST', '/send_document', { document_path: '/etc/passwd' })).status).toBe(
      200,
    );
  });

  test('a caller over their rate gets a Retry-After; others and monitoring are served', async () => {
    const { socketPath } = await start({ ratePerMinute: 3 });
    const statuses = [];
    for (let round = 0; round < 4; round += 1) statuses.push(await callAs(ann, socketPath, 'GET', '/status'));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    const last = statuses.at(-1);
    expect(last?.body).toMatchObject({ code: 'too_many_requests', error: expect.stringContaining('3 requests') });
    expect(Number(last?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await callAs(ann, socketPath, 'GET', '/health')).status).toBe(200);
    expect((await callAs(ann, socketPath, 'GET', '/metrics')).status).toBe(200);
    expect((await callAs(ben, socketPath, 'GET', '/status')).status).toBe(200);
    for (let round = 0; round < 10; round += 1) expect((await call(socketPath, 'GET', '/status')).status).toBe(200);
  });

  test('what is refused counts against the rate too', async () => {
    const { socketPath } = await start({ ratePerMinute: 3 });
    const statuses = [];
    for (const [method, path] of [
      ['GET', '/none'],
      ['GET', '/send'],
      ['PUT', '/none'],
      ['GET', '/none'],
    ] as const) {
      statuses.push((await callAs(ann, socketPath, method, path)).status);
    }
    expect(statuses).toEqual([404, 405, 404, 429]);
    expect((await call(socketPath, 'GET', '/none')).status).toBe(404);
  });

  test('monitoring has a rate of its own', async () => {
    const { socketPath } = await start();
    const statuses = await askAs(ann, socketPath, '/health', 140);
    expect(statuses[200]).toBeGreaterThanOrEqual(120);
    expect(statuses[429]).toBeGreaterThan(0);
    expect((await callAs(ann, socketPath, 'GET', '/status')).status).toBe(200);
  });
});

describe.skipIf(!isRoot)(`with a group (${NEEDS_ROOT})`, () => {
  let group: string;
  let primary: TestUser;
  let supplementary: TestUser;
  let stranger: TestUser;
  beforeAll(() => {
    group = createGroup();
    primary = createUser('--gid', group);
    supplementary = createUser('--groups', group);
    stranger = createUser();
  });
  afterAll(() => {
    for (const user of [primary, supplementary, stranger]) removeUser(user);
    removeGroup(group);
  });

  test('the socket is the group’s, its members and root are served, a stranger does not get in', async () => {
    const { socketPath } = await start({ group });
    expect(statSync(socketPath)).toMatchObject({ gid: primary.gid });
    expect(statSync(socketPath).mode & 0o777).toBe(0o660);
    expect((await callAs(primary, socketPath, 'GET', '/status')).status).toBe(200);
    expect((await callAs(supplementary, socketPath, 'GET', '/status')).status).toBe(200);
    expect((await call(socketPath, 'GET', '/status')).status).toBe(200);
    expect((await callAs(stranger, socketPath, 'GET', '/status')).text).toBe('EACCES');
  });

  test('a trusted user outside of the group gets in, and the API itself refuses strangers', async () => {
    const trusted = createUser();
    try {
      const { socketPath } = await start({ group, trustedUsers: [trusted.name] });
      expect(statSync(socketPath).mode & 0o777).toBe(0o666);
      expect((await callAs(trusted, socketPath, 'GET', '/status')).status).toBe(200);
      expect((await callAs(supplementary, socketPath, 'GET', '/status')).status).toBe(200);
      const refused = await callAs(stranger, socketPath, 'GET', '/status');
      expect([refused.status, refused.body.code]).toEqual([403, 'not_in_group']);
    } finally {
      removeUser(trusted);
    }
  });
});

test('the folder of the socket is left as it is when it exists', async () => {
  const folder = newFolder();
  try {
    chmodSync(folder, 0o711);
    await start({ socketPath: join(folder, 'bot.sock') });
    expect(statSync(folder).mode & 0o777).toBe(0o711);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
