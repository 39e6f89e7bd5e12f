import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../src/web/program.ts';
import { waitFor } from '../support/wait-for.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

const folder = mkdtempSync(join(tmpdir(), 'notify-web-sysadmin-'));
chmodSync(folder, 0o755);
const loginSocket = join(folder, 'web.sock');
let web: RunningWeb;
beforeAll(async () => {
  web = await startWeb({ settings: { loginSocket } });
});
afterAll(async () => {
  await web.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a `notify-web` command. */
async function run(args: readonly string[], socket = loginSocket) {
  let [out, err] = ['', ''];
  const status = await runProgram(args, {
    environment: { NOTIFY_WEB_SOCKET: socket },
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

const statusOf = async (visitor: Awaited<ReturnType<RunningWeb['visitor']>>) =>
  (await visitor.api('GET', '/api/telegram/status')).status;

test('notify-web sessions lists the sessions', async () => {
  expect((await run(['sessions'])).out).toBe('No user is logged in.\n');
  await web.visitor('anna');
  const berta = await web.visitor('berta');
  await berta.submit('/sessions', '/sessions/programs', { name: 'desktop' });
  const all = await run(['sessions']);
  expect(all).toMatchObject({ status: 0, err: '' });
  expect(all.out).toMatch(/^anna +A browser +browser +\d{4}-/m);
  expect(all.out).toMatch(/^berta +desktop +program /m);
  const one = JSON.parse((await run(['sessions', 'berta', '--json'])).out);
  expect(one).toHaveLength(2);
  expect(one[0]).toEqual({
    user: 'berta',
    device: expect.any(String),
    kind: expect.stringMatching(/^(browser|program)$/),
    by: expect.stringMatching(/^(oidc|program)$/),
    since: expect.stringMatching(/Z$/),
    seen: expect.stringMatching(/Z$/),
  });
  expect((await run(['sessions', 'nobody'])).out).toBe('nobody is not logged in.\n');
});

describe('notify-web log-out', () => {
  test('ends all sessions and streams of one user only', async () => {
    const [one, two, other] = [await web.visitor('carl'), await web.visitor('carl'), await web.visitor('dora')];
    const stream = (await two.request('/api/events')).body?.getReader();
    expect(await run(['log-out', 'carl'])).toEqual({
      status: 0,
      out: 'carl is logged out; sessions ended: 2.\n',
      err: '',
    });
    await waitFor(async () => (await stream?.read())?.done === true);
    expect([await statusOf(one), await statusOf(two), await statusOf(other)]).toEqual([401, 401, 200]);
    await web.restart();
    expect([await statusOf(one), await statusOf(other)]).toEqual([401, 200]);
    expect((await run(['log-out', 'carl', '--json'])).out).toBe('{"ok":true,"user":"carl","ended":0}\n');
  });

  test('ends unused one-time addresses', async () => {
    const address = await web.oneTimeAddress();
    const { user } = JSON.parse((await run(['log-out', 'somebody-else', '--json'])).out);
    expect(user).toBe('somebody-else');
    const page = await web.stranger().get(address);
    const [, own = ''] = /Log in as ([\w.-]+)\?/.exec(page.text) ?? [];
    await run(['log-out', own]);
    expect((await web.stranger().get(address)).status).toBe(410);
  });

  test('requires a user', async () => {
    expect(await run(['log-out'])).toMatchObject({ status: 2 });
    expect(await run(['log-out', ''])).toMatchObject({ status: 1 });
    expect(await run(['log-out', 'a', 'b'])).toMatchObject({ status: 2 });
  });

  test('reports that the service is not running', async () => {
    const { status, err } = await run(['log-out', 'anna'], join(folder, 'none.sock'));
    expect(status).toBe(1);
    expect(err).toContain('is notify-web running?');
  });
});

const NOBODY = 65_534;
const asNobody = (script: string) =>
  promisify(execFile)(process.execPath, ['-e', script], { uid: NOBODY, gid: NOBODY, cwd: '/' });

describe.skipIf(process.getuid?.() !== 0)('other accounts', () => {
  const call = (method: string, path: string) => `
    require('node:http').request({ socketPath: ${JSON.stringify(loginSocket)}, method: '${method}', path: '${path}' },
      (answer) => console.log(answer.statusCode)).end();`;

  test.each([
    ['GET', '/sessions'],
    ['POST', '/log-out?user=dora'],
    ['POST', '/log-out?user=nobody'],
    ['GET', '/keys'],
    ['POST', '/keys?name=x&owner=dora'],
    ['POST', '/keys?name=x&owner=nobody'],
    ['DELETE', '/keys?name=x'],
  ])('is refused %s %s', async (method, path) => {
    const dora = await web.visitor('dora');
    expect((await asNobody(call(method, path))).stdout.trim()).toBe('403');
    expect(await statusOf(dora)).toBe(200);
  });

  test('can’t block the sysadmin by holding connections', async () => {
    const holding = asNobody(`
      const net = require('node:net');
      let closed = 0;
      for (let count = 0; count < 600; count += 1) {
        net.connect(${JSON.stringify(loginSocket)}).on('error', () => {}).on('close', () => {
          closed += 1;
          if (closed === 590) console.log('held');
        });
      }`);
    await once(holding.child.stdout as Readable, 'data');
    expect(await run(['sessions'])).toMatchObject({ status: 0 });
    expect(holding.child.exitCode).toBeNull();
    holding.child.kill();
    await expect(holding).rejects.toMatchObject({ signal: 'SIGTERM' });
  });
});

test('invalid requests on the socket are refused', async () => {
  const say = (text: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      connect(loginSocket)
        .on('data', (piece) => {
          answer += String(piece);
        })
        .on('error', () => {})
        .on('close', () => resolve(answer))
        .write(text);
    });
  for (const target of [
    '/',
    '//',
    '/login/',
    '/sessions/',
    '/log-out%00',
    'http://x/log-out?user=anna',
    '/log-out?user=',
  ]) {
    expect(await say(`POST ${target} HTTP/1.1\r\nHost: x\r\n\r\n`), target).toMatch(/^HTTP\/1\.1 40[04]/);
  }
  expect(await say('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
});
