/** A name that is given to somebody else does not let its old owner in. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../support/until.ts';
import { type RunningWeb, startWeb } from '../support/running-web.ts';

const folder = mkdtempSync(join(tmpdir(), 'notify-web-leavers-'));
const getent = join(folder, 'getent');
let web: RunningWeb;

/** What the host's directory answers from now on. */
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
  ['is given to somebody new', account('anna', 1002)],
  ['becomes a service’s', account('anna', 999)],
])('a log-in ends when the account %s', async (_what, now) => {
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

test('it stays while the directory does not answer', async () => {
  const visitor = await web.visitor('anna');
  directory(AWAY);
  web.later(MINUTE);
  expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(200);
});

test('who gets an account logs in anew, and is in at once', async () => {
  directory(NONE);
  web.later(MINUTE);
  const before = await web.visitor('anna');
  expect((await before.api('GET', '/api/telegram/status')).status).toBe(200);
  directory(account('anna', 1001));
  const after = await web.visitor('anna');
  expect((await after.api('GET', '/api/telegram/status')).status).toBe(200);
  expect((await before.api('GET', '/api/telegram/status')).status).toBe(401);
});

test.each([
  ['a service', account('anna', 999)],
  ['nobody', account('anna', 65_534)],
  ['one that the directory spells otherwise', account('EXAMPLE\\\\anna', 0)],
])('no e-mail stands for %s', async (_what, now) => {
  directory(now);
  await expect(web.visitor('anna')).rejects.toThrow('account of the system');
});
