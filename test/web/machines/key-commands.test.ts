import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../src/web/program.ts';
import { type RunningWeb, startWeb } from '../support/running-web.ts';

const folder = mkdtempSync(join(tmpdir(), 'notify-web-keys-'));
chmodSync(folder, 0o755);
const loginSocket = join(folder, 'web.sock');
let web: RunningWeb;
beforeAll(async () => {
  web = await startWeb({ settings: { loginSocket } });
  web.bot.people.add('anna', 'ben');
});
afterAll(async () => {
  await web.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `notify-web keys …`. */
async function run(...args: readonly string[]) {
  let [out, err] = ['', ''];
  const status = await runProgram(['keys', ...args], {
    environment: { NOTIFY_WEB_SOCKET: loginSocket },
    programDir: '/nowhere',
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stopRequested: new Promise(() => {}),
  });
  return { status, out, err };
}

test('add prints a key once, list shows it without, remove ends it', async () => {
  expect(await run('list')).toEqual({ status: 0, out: 'There are no machine keys.\n', err: '' });
  const made = await run('add', 'prometheus', '--owner', 'anna');
  expect(made).toMatchObject({ status: 0, err: '' });
  const [, key = ''] =
    /^Key: ([\w-]{43})\nIt is shown once\. Alerts that it posts belong to anna\.\n$/.exec(made.out) ?? [];
  expect(key).not.toBe('');
  const listed = await run('list');
  expect(listed.out).toMatch(
    /^NAME +OWNER +TO +SIGNED +MADE \(UTC\) +LAST USED\nprometheus +anna +no +\d{4}-\d\d-\d\d +never\n$/,
  );
  expect(JSON.parse((await run('list', '--json')).out)).toEqual([
    { name: 'prometheus', owner: 'anna', signed: false, created_at: expect.any(String) },
  ]);
  expect(await run('remove', 'prometheus')).toEqual({
    status: 0,
    out: 'prometheus is removed; its key no longer works.\n',
    err: '',
  });
  expect((await run('remove', 'prometheus')).err).toBe('notify-web: There is no key "prometheus".\n');
  expect(web.logged.join('')).not.toContain(key);
});

test('add --signed prints the secret of the signatures too', async () => {
  const { out } = await run('add', 'github', '--owner', 'anna', '--to', 'user:anna', '--signed', '--json');
  expect(JSON.parse(out)).toEqual({
    ok: true,
    name: 'github',
    owner: 'anna',
    to: 'user:anna',
    key: expect.stringMatching(/^[\w-]{43}$/),
    secret: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test('a key goes only where its owner may send', async () => {
  web.bot.sandbox.open(-1_001_000_000_077, undefined, 'Ops');
  const { body } = await web.bot.client.request('POST', '/destinations', { user: 'anna', name: 'ops' });
  await web.bot.ask(-1_001_000_000_077, `/link ${(body as { code: string }).code}`);
  expect(await run('add', 'a', '--owner', 'anna', '--to', 'ops')).toMatchObject({ status: 0 });
  const sentence = 'notify-web: to: there is no destination ops that ben may send to.\n';
  expect(await run('add', 'b', '--owner', 'ben', '--to', 'ops')).toEqual({ status: 1, out: '', err: sentence });
  expect(await run('add', 'b', '--owner', 'ben', '--to', 'user:anna')).toMatchObject({ status: 1 });
});

test.each([
  [['add', 'x'], 2, "required option '--owner <user>' not specified"],
  [['add', 'Bad Name', '--owner', 'anna'], 1, 'name: expected 1 to 64 lower-case letters'],
  [['add', 'x', '--owner', ''], 1, 'owner: expected the account'],
  [['add', 'x', '--owner', 'nb-nobody'], 1, 'This host has no account named nb-nobody.'],
  [['add', 'x', '--owner', 'anna', '--to', 'no place'], 1, 'to: expected a destination such as ops'],
  [['remove'], 2, 'the argument name is missing'],
])('%j is refused with what is wrong', async (args, status, sentence) => {
  const answer = await run(...args);
  expect(answer.status).toBe(status);
  expect(answer.err).toContain(sentence);
});
