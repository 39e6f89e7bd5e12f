/** Requests that the actor refuses, through a real connection. */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ActorSocket, type ActorUser, startActorSocket } from '../support/actor/actor-socket.ts';
import { waitFor } from '../support/wait-for.ts';
import { exchange } from './support/exchange.ts';

const isRoot = process.getuid?.() === 0;
const BOT_UID = isRoot ? 65_532 : process.getuid?.();
/** An existing home without a folder of scripts. */
const home = '/';

const users: Readonly<Record<string, ActorUser>> = {
  ann: { home, groups: ['notifiers'] },
  bob: { home, groups: ['others'] },
  root: { home, uid: 0 },
  toor: { home, uid: 0 },
  daemon: { home, uid: 1 },
  service: { home, uid: 999 },
  nobody: { home, uid: 65_534 },
  closed: { home, shell: '/usr/sbin/nologin' },
  shut: { home, shell: '/bin/false' },
  '4242': { home },
};

let actor: ActorSocket;
beforeAll(async () => {
  actor = await startActorSocket({ users, beginMs: 4000, ...(BOT_UID !== undefined && { botUid: BOT_UID }) });
});
afterAll(() => actor.close());

const ask = async (request: unknown, { path } = actor) =>
  JSON.parse(await exchange(path, `${JSON.stringify(request)}\n`));
const sent = async (bytes: string | Uint8Array) => JSON.parse(await exchange(actor.path, bytes));

describe('accounts whose scripts do not run', () => {
  test.each([
    ['root', 'refused_user'],
    ['toor', 'refused_user'],
    ['daemon', 'refused_user'],
    ['service', 'refused_user'],
    ['nobody', 'refused_user'],
    ['closed', 'refused_user'],
    ['shut', 'refused_user'],
    ['notify-bot', 'refused_user'],
    ['mallory', 'unknown_user'],
    ['0', 'unknown_user'],
    ['2000', 'unknown_user'],
    ['4242', 'unknown_user'],
    ['ann:x', 'unknown_user'],
    ['ann\nroot', 'unknown_user'],
    ['-s', 'unknown_user'],
    ['../ann', 'unknown_user'],
    ['ann;id', 'unknown_user'],
    ['x'.repeat(300), 'unknown_user'],
    ['', 'bad_request'],
  ])('%j is answered with %s', async (user, code) => {
    for (const request of [
      { action: 'list', user },
      { action: 'run', user, name: 'a.sh' },
      { action: 'log', user, name: 'a.sh' },
    ]) {
      const answer = await ask(request);
      expect(answer).toEqual({ error: expect.stringMatching(/^.{10,}\.$/s), code });
    }
    expect(actor.journal()).not.toContain('started');
  });

  test('UID_MIN in login.defs sets the first uid of a person', async () => {
    const other = await startActorSocket({ users, loginDefs: '# UID_MIN 5\nUID_MAX 60000\nUID_MIN\t\t\t3000\n' });
    expect(await ask({ action: 'list', user: 'ann' }, other)).toMatchObject({ code: 'refused_user' });
    await other.close();
  });

  test('with NOTIFY_GROUP, only its members are accepted', async () => {
    const other = await startActorSocket({ users, group: 'notifiers' });
    const bob = await ask({ action: 'list', user: 'bob' }, other);
    expect(bob).toEqual({ error: expect.stringContaining('bob is not in the group notifiers'), code: 'refused_user' });
    // All checks passed: only the folder of scripts is missing.
    expect(await ask({ action: 'list', user: 'ann' }, other)).toMatchObject({ code: 'no_folder' });
    await other.close();
  });

  test.each(['gone', '5000', '../x'])(
    'with NOTIFY_GROUP=%s, which names no group, every user is refused',
    async (group) => {
      const other = await startActorSocket({ users, group });
      const answer = await ask({ action: 'list', user: 'ann' }, other);
      expect(answer).toEqual({ error: expect.stringContaining(`no group ${group}`), code: 'refused_user' });
      await other.close();
    },
  );
});

describe('invalid requests', () => {
  const run = { action: 'run', user: 'ann' };
  test.each([
    ...[
      '../x',
      'a/b',
      '/etc/passwd',
      '',
      '.',
      '..',
      'a\0b',
      'a\nb',
      'a\u007fb',
      'a\u0085b',
      '\ud800',
      'é'.repeat(128),
    ].map((name) => ({ ...run, name })),
    { ...run, name: ['a'] },
    { ...run, name: null },
    run,
    { action: 'log', user: 'ann' },
    { action: 'list', user: 'ann', name: 'a.sh' },
    { action: 'log', user: 'ann', name: 'a.sh', lines: 0 },
    { action: 'log', user: 'ann', name: 'a.sh', lines: 201 },
    { action: 'log', user: 'ann', name: 'a.sh', lines: '5' },
    { action: 'run', user: 'ann', name: 'a.sh', lines: 5 },
    { action: 'shell', user: 'ann', name: 'a.sh' },
    { action: '__proto__', user: 'ann', name: 'a.sh' },
    { user: 'ann', name: 'a.sh' },
    { action: 'list' },
    { action: 'list', user: 1000 },
    { action: 'list', user: ['ann'] },
    { action: 'list', user: 'ann', uid: 0 },
    { action: 'runs', user: 'ann' },
    { action: 'runs', user: null },
    { ...run, name: 'a.sh', force: true },
    ['list', 'ann'],
    'list',
    null,
    7,
  ])('%j is refused', async (request) => {
    expect(await ask(request)).toEqual({ error: expect.stringMatching(/\.$/), code: 'bad_request' });
    expect(actor.journal()).not.toContain('started');
  });

  test.each([
    ['text that is not JSON', 'list ann\n'],
    ['an empty line', '\n'],
    ['truncated JSON', '{"action":"list"\n'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22, 0x0a])],
    ['more after the line', '{"action":"list","user":"ann"}\n{"action":"list","user":"ann"}\n'],
    ['a line beyond 4 KiB', `{"action":"list","user":"${'a'.repeat(4096)}"}\n`],
    ['4 KiB without a newline', 'x'.repeat(5000)],
  ])('%s is refused', async (_, bytes) => {
    expect(await sent(bytes)).toMatchObject({ code: 'bad_request' });
  });

  test('a request of just 4 KiB is read', async () => {
    const line = `{"action":"list","user":"mallory"${' '.repeat(4096)}`.slice(0, 4094);
    expect(await sent(`${line}}\n`)).toMatchObject({ code: 'unknown_user' });
  });

  test('a request that ends before it is complete is refused', async () => {
    const socket = connect({ path: actor.path, allowHalfOpen: true });
    socket.end('{"action":"list",');
    const [answer] = await new Promise<Buffer[]>((resolve) => socket.once('data', (piece) => resolve([piece])));
    expect(JSON.parse(String(answer))).toMatchObject({ code: 'bad_request' });
    socket.destroy();
  });
});

test('the wait for a request ends after the time limit', async () => {
  const impatient = await startActorSocket({ users, beginMs: 300 });
  onTestFinished(() => impatient.close());
  const startedAt = performance.now();
  expect(JSON.parse(await exchange(impatient.path, ''))).toMatchObject({ code: 'timeout' });
  expect(performance.now() - startedAt).toBeGreaterThan(290);
});

test('a request must be complete 2 s after its first byte', async () => {
  const socket = connect(actor.path);
  const drip = setInterval(() => socket.write(' '), 100);
  const answer = await new Promise((resolve) => socket.setEncoding('utf8').once('data', resolve));
  clearInterval(drip);
  socket.destroy();
  expect(JSON.parse(String(answer))).toMatchObject({ code: 'timeout', error: 'No request arrived within 2 s.' });
});

test('a connection that closes without a request leaves no line in the journal', async () => {
  const quiet = () => waitFor(() => actor.running.size === 0);
  await quiet();
  const before = actor.journal();
  const socket = connect({ path: actor.path, allowHalfOpen: true });
  const answer = new Promise((resolve) => socket.once('data', resolve).once('end', () => resolve('nothing')));
  socket.end();
  expect(await answer).toBe('nothing');
  await quiet();
  expect(actor.journal()).toBe(before);
});

describe.skipIf(!isRoot)('permitted callers (needs root)', () => {
  const script = (path: string) => `
    const socket = require('node:net').connect(${JSON.stringify(path)});
    socket.on('data', (piece) => process.stdout.write(piece)).write('{"action":"list","user":"ann"}\\n');`;
  async function askAs(uid: number) {
    const identity = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    const words = [...identity, process.execPath, '-e', script(actor.path)];
    const { stdout } = await promisify(execFile)('setpriv', words, { cwd: '/' });
    return JSON.parse(stdout);
  }

  test('the bot’s user is served', async () => {
    expect(await askAs(BOT_UID ?? 0)).toMatchObject({ code: 'no_folder' });
  });

  test('every other user is refused, even for their own scripts and whatever the socket’s mode', async () => {
    const before = actor.journal();
    for (const uid of [2000, 2001, 1, 65_534]) {
      expect(await askAs(uid)).toEqual({
        error: `Only notify-bot and root may send requests, not uid ${uid}.`,
        code: 'forbidden',
      });
    }
    expect(actor.journal().slice(before.length)).not.toContain('started');
  });
});
