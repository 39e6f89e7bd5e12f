import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { request as startRequest } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { flood } from './support/flood.ts';
import { type RunningWeb, startWeb, throughProxy } from './support/running-web.ts';

let web: RunningWeb;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.stop());

/** A request with a chosen Host, which fetch doesn't allow. */
function asHost(host: string, path = '/login'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(web.url);
    const request = startRequest({ hostname, port, path, headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.once('error', reject).end();
  });
}

describe('every answer', () => {
  test('forbids features that pages don’t need', async () => {
    const visitor = await web.visitor('anna');
    for (const path of ['/', '/login', '/messages', '/nothing-here', '/api/telegram/status', '/healthz']) {
      const { headers } = await visitor.request(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).toContain("frame-ancestors 'none'");
      expect(policy, path).not.toContain('unsafe');
      expect(headers.get('x-frame-options'), path).toBe('DENY');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('same-origin');
      expect(headers.get('cache-control'), path).toBe('no-store');
    }
  });

  test('holds no inline script or style', async () => {
    const visitor = await web.visitor('anna');
    for (const path of ['/', '/login', '/messages', '/sessions']) {
      const { text } = await visitor.get(path);
      expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?! type="module" src="\/assets\/)/i);
    }
  });

  test('of style and script is cached, with an address that changes with its content', async () => {
    const { text } = await web.stranger().get('/login');
    const path = /href="(\/assets\/[^"]+\.css)"/.exec(text)?.[1] ?? '';
    const style = await fetch(`${web.url}${path}`, { headers: { 'accept-encoding': 'br' } });
    expect(style.headers.get('cache-control')).toContain('immutable');
    expect(style.headers.get('content-encoding')).toBe('br');
    expect(await style.text()).toContain('color-scheme');
  });
});

test('requests under other host names are refused', async () => {
  expect(await asHost('evil.example')).toBe(421);
  expect(await asHost('127.0.0.1.evil.example')).toBe(421);
  expect(await asHost('localhost:1234')).toBe(200);
  expect(await asHost('notify.localhost:1234')).toBe(200);
  expect(await asHost('notify.localhost.evil.example')).toBe(421);
  expect(await asHost('evil.example', '/healthz')).toBe(200);
});

test('health and metrics are not available through a proxy', async () => {
  const { headers } = await fetch(`${web.url}/metrics`);
  expect(headers.get('content-type')).toContain('text/plain');
  expect(await (await fetch(`${web.url}/metrics`)).text()).toMatch(/^notify_web_sessions \d+$/m);
  for (const path of ['/healthz', '/metrics']) {
    expect((await fetch(`${web.url}${path}`)).status).toBe(200);
    expect((await fetch(`${web.url}${path}`, { headers: { 'x-forwarded-for': '192.0.2.1' } })).status).toBe(404);
  }
});

test('a body that is no form is refused without a log line', async () => {
  const lines = web.logged.length;
  const boundary = { 'content-type': 'multipart/form-data; boundary=x' };
  for (const [path, visitor] of [
    ['/login/once', web.stranger()],
    ['/telegram/unlink', await web.visitor('anna')],
  ] as const) {
    const headers = { ...boundary, 'sec-fetch-site': 'same-origin' };
    expect((await visitor.request(path, { method: 'POST', body: 'no form', headers })).status).toBe(400);
  }
  expect(web.logged.slice(lines).filter((line) => line.includes('"error"'))).toEqual([]);
});

test('a form that names no script does not mute everything', async () => {
  await (await web.visitor('julia')).submit('/', '/scripts/mute', { name: '' });
  const { body } = await web.bot.client.request('GET', '/status?user=julia');
  expect(body).toMatchObject({ muted_until: null });
});

test('a silent connection is closed', async () => {
  const impatient = await startWeb({ timing: { headMs: 400, requestMs: 800, checkMs: 50 } });
  onTestFinished(() => impatient.stop());
  const { hostname, port } = new URL(impatient.url);
  const silent = connect(Number(port), hostname);
  const slow = connect(Number(port), hostname);
  slow.on('error', () => {}).write('GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  const drip = setInterval(() => slow.write('x'), 20);
  await Promise.all([once(silent.resume(), 'close'), once(slow.resume(), 'close')]);
  clearInterval(drip);
});

test('a HEAD request for a stream is answered immediately', async () => {
  const visitor = await web.visitor('anna');
  const { host, hostname, port } = new URL(web.url);
  const head = `HTTP/1.1\r\nHost: ${host}\r\nCookie: ${visitor.cookies()}\r\n\r\n`;
  const socket = connect(Number(port), hostname);
  let answers = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    answers += piece;
  });
  socket.write(`HEAD /api/events ${head}GET /api/telegram/status ${head}`);
  await waitFor(() => answers.includes('"linked"'));
  socket.destroy();
  expect(answers.match(/^HTTP\/1\.1 200/gm)).toHaveLength(2);
});

describe('hostile text', () => {
  const EVIL = '<script>alert(1)</script><img src=x onerror=alert(2)>"\' onload=alert(3)';

  test('in a message stays text', async () => {
    const visitor = await web.visitor('berta');
    await web.bot.link('berta', 700);
    await web.bot.send({ user: 'berta', title: EVIL, text: EVIL, source: EVIL.slice(0, 60), parse_mode: 'none' });
    await web.bot.send({
      user: 'berta',
      text: '[a](javascript:alert(1)) [b](data:text/html,x) ![c](https://evil.example/c.png)',
    });
    for (const path of ['/', '/messages']) {
      const { text } = await visitor.get(path);
      expect(text).toContain('&lt;script&gt;');
      expect(text).not.toMatch(/<script>|<img|(?:href|src)="?(?:javascript|data:text)|src="?https:\/\/evil/);
    }
  });

  test('in a search and an address stays text', async () => {
    const visitor = await web.visitor('carl');
    const { text } = await visitor.get(`/messages?q=${encodeURIComponent(EVIL)}&source=${encodeURIComponent(EVIL)}`);
    expect(text).not.toMatch(/<script>|<img/);
    expect((await visitor.get(`/${encodeURIComponent(EVIL)}`)).text).not.toMatch(/<script>|<img/);
  });

  test('in a chat’s name stays text', async () => {
    const visitor = await web.visitor('dora');
    web.bot.sandbox.open(701, { first_name: EVIL });
    await web.bot.link('dora', 701);
    const { text } = await visitor.get('/');
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).not.toMatch(/<script>|<img/);
  });

  test('of any length and nesting depth is cheap to render', async () => {
    const visitor = await web.visitor('emil');
    await web.bot.link('emil', 702);
    for (const text of [
      '['.repeat(4000),
      '> '.repeat(2000),
      '*a_'.repeat(1300),
      '|a'.repeat(2000),
      '<b '.repeat(1300),
    ]) {
      await web.bot.send({ user: 'emil', text, parse_mode: 'none' });
    }
    const began = performance.now();
    expect((await visitor.get('/messages')).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('overload', () => {
  test('a large form and a flood of requests are refused', async () => {
    const visitor = await web.visitor('frieda');
    expect((await visitor.post('/telegram/link', { code: 'x'.repeat(20_000) })).status).toBe(413);
    const statuses = await flood(async () => (await visitor.request('/api/telegram/status')).status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(500);
    expect(statuses).toContain(429);
    expect((await (await web.visitor('gustav')).api('GET', '/api/telegram/status')).status).toBe(200);
  });

  test('failed logins are counted by address, which only the proxy’s own socket may name', async () => {
    const attempt = (address: string) => throughProxy(web, '/login/once/wrong', { 'x-forwarded-for': address });
    expect(await flood(() => attempt('198.51.100.1'))).toContain(429);
    expect(await attempt('203.0.113.9, 198.51.100.1')).toBe(429);
    expect(await attempt('198.51.100.2')).toBe(410);
    // A household has any number of IPv6 addresses.
    const many = await Promise.all(
      Array.from({ length: 80 }, (_, index) => attempt(`2001:db8:0:1::${index.toString(16)}`)),
    );
    expect(many).toContain(429);
    expect(await attempt('2001:db8:0:2::1')).toBe(410);
    // Over TCP, a program on this host would charge its failures to others.
    const forged = () => fetch(`${web.url}/login/once/wrong`, { headers: { 'x-forwarded-for': '198.51.100.3' } });
    expect(await flood(async () => (await forged()).status)).toContain(429);
    expect(await attempt('198.51.100.3')).toBe(410);
  });

  test('a valid login is never refused, however many failed from the same address', async () => {
    const own = await startWeb();
    onTestFinished(() => own.stop());
    const begun = own.stranger();
    const sent = await begun.request('/login/oidc');
    const wrong = async () => (await own.stranger().request('/login/once/wrong')).status;
    expect(await flood(wrong)).toContain(429);
    const visitor = own.stranger();
    const token = (await own.oneTimeAddress()).split('/').at(-1) ?? '';
    expect((await visitor.get(`/login/once/${token}`)).status).toBe(200);
    expect((await visitor.post('/login/once', { token })).status).toBe(200);
    // Strangers who begin a login at the provider displace nobody's.
    const begin = async () => (await own.stranger().request('/login/oidc')).status;
    expect(new Set(await Promise.all(Array.from({ length: 200 }, begin)))).toEqual(new Set([303]));
    const address = new URL(sent.headers.get('location') ?? '').href;
    expect(address).toContain('state=');
    const callback = new URL((await begun.open(address)).url);
    expect(callback.pathname).toBe('/login/oidc/callback');
  });

  test.skipIf(process.getuid?.() !== 0)('failures of one local account are not another’s (root only)', async () => {
    const own = await startWeb();
    onTestFinished(() => own.stop());
    const wrong = async () => (await own.stranger().request('/login/once/wrong')).status;
    expect(await flood(wrong)).toContain(429);
    const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', 'curl', '-s', '-o', '/dev/null'];
    const { stdout } = await promisify(execFile)('setpriv', [
      ...asNobody,
      ...['-w', '%{http_code}', `${own.url}/login/once/wrong`],
    ]);
    expect(stdout).toBe('410');
  });

  test('health and metrics are not for whom the proxy serves', async () => {
    expect(await throughProxy(web, '/metrics')).toBe(404);
    expect(await throughProxy(web, '/login')).toBe(200);
    expect(statSync(web.settings.proxySocket ?? '').mode & 0o777).toBe(0o660);
  });

  test('streams of one user are limited, and end with the session', async () => {
    const visitor = await web.visitor('hans');
    const abort = new AbortController();
    const open = () => visitor.request('/api/events', { signal: abort.signal });
    const answers = await Promise.all(Array.from({ length: 20 }, open));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect((await open()).status).toBe(429);
    const [first] = answers;
    await visitor.submit('/sessions', '/sessions/end-all');
    const reader = first?.body?.getReader();
    await waitFor(async () => (await reader?.read())?.done === true);
    abort.abort();
  });

  test('a stream for another user’s page is refused', async () => {
    const visitor = await web.visitor('ida');
    expect((await visitor.request('/events?user=hans')).status).toBe(401);
  });
});
