/** A reassigned user name ends its old owner's sessions. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { type RunningWeb, startWeb } from '../support/running-web.ts';

const folder = mkdtempSync(join(tmpdir(), 'notify-web-revocation-'));
const getent = join(folder, 'getent');
let web: RunningWeb;

/** Sets the answers of the host's account service. */
function directory(script: string): void {
  writeFileSync(`${getent}.new`, `#!/bin/sh\n${script}\n`);
  chmodSync(`${getent}.new`, 0o755);
  rmSync(getent, { force: true });
  writeFileSync(getent, `#!/bin/sh\nexec ${getent}.new "$@"\n`);
  chmodSync(getent, 0o755);
}
const account = (name: string, uid: number) => `echo '${name}:x:${uid}:${uid}::/home/${name}:/bin/sh'`;
const NONE = 'exit 2';
const AWAY = 'exit 1';

beforeAll(async () => {
  directory(NONE);
  web = await startWeb({ getent });
});
beforeEach(() => directory(account('anna', 1001)));
afterAll(async () => {
  await web.stop();
  rmSync(folder, { recursive: true, force: true });
});

const MINUTE = 61_000;

test.each([
  ['is deleted', NONE],
  ['is assigned to another person', account('anna', 1002)],
  ['becomes a system account', account('anna', 999)],
])('a session ends when the account %s', async (_what, now) => {
  const visitor = await web.visitor('anna');
  web.later(MINUTE);
  expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(200);
  const stream = (await visitor.request('/api/events')).body?.getReader();
  directory(now);
  web.later(MINUTE);
  expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(401);
  await waitFor(async () => (await stream?.read())?.done === true);
  directory(account('anna', 1001));
  web.later(MINUTE);
  expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(401);
});

test('a session stays while the account service does not answer', async () => {
  const visitor = await web.visitor('anna');
  directory(AWAY);
  web.later(MINUTE);
  expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(200);
});

test('a user with a new account can log in immediately', async () => {
  web.later(MINUTE);
  const before = await web.visitor('anna');
  expect((await before.api('GET', '/api/telegram/status')).status).toBe(200);
  directory(account('anna', 1002));
  const after = await web.visitor('anna');
  expect((await after.api('GET', '/api/telegram/status')).status).toBe(200);
  expect((await before.api('GET', '/api/telegram/status')).status).toBe(401);
});

test.each([
  ['a service', account('anna', 999)],
  ['nobody', account('anna', 65_534)],
  ['an account that the service spells differently', account('EXAMPLE\\\\anna', 0)],
])('an e-mail address can’t log in as %s', async (_what, now) => {
  directory(now);
  await expect(web.visitor('anna')).rejects.toThrow('system account');
});
