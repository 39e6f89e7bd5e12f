import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningWeb, startWeb } from './support/running-web.ts';

let web: RunningWeb;
beforeAll(async () => {
  web = await startWeb({ bot: { people: ['anna'] } });
});
afterAll(() => web.stop());

const own = process.getuid?.() === 0 ? 'root' : (process.env.USER ?? '');
const DAY = 24 * 3_600_000;

describe('without a login', () => {
  test.each(['/', '/messages', '/sessions'])(
    '%s redirects to the login page, and the login returns to it',
    async (path) => {
      const page = await web.stranger().get(path);
      expect(page.url).toBe(`${web.url}/login?next=${encodeURIComponent(path)}`);
      // It has a socket of its own, which the command must ask.
      expect(page.text).toMatch(/<code>NOTIFY_WEB_SOCKET=\/\S+\/web\.sock notify-runner web<\/code>/);
    },
  );

  test('programs get 401', async () => {
    for (const path of ['/api/telegram/status', '/events', '/api/events']) {
      expect(await web.stranger().api('GET', path)).toMatchObject({ status: 401, body: { code: 'not_logged_in' } });
    }
    expect((await web.stranger().api('POST', '/api/telegram/unlink', {})).status).toBe(401);
  });

  test('the login redirects only to pages of the dashboard', async () => {
    for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', '/login', '/a\r\nb']) {
      const page = await web.stranger().get(`/login?next=${encodeURIComponent(next)}`);
      expect(page.text).toContain('href="/login/oidc?next=%2F"');
    }
  });
});

describe('login by a one-time address', () => {
  test('it is made for the kernel’s caller, needs a confirmation, and is valid once', async () => {
    const address = await web.oneTimeAddress();
    const visitor = web.stranger();
    const asked = await visitor.get(address);
    expect(asked.text).toContain(`Log in as ${own}`);
    const token = address.split('/').at(-1) ?? '';
    const inside = await visitor.post('/login/once', { token });
    expect(inside).toMatchObject({ status: 200, url: `${web.url}/` });
    expect(inside.text).toContain(`data-user="${own}"`);
    const again = await web.stranger().post('/login/once', { token });
    expect(again.status).toBe(410);
    expect(again.text).toContain('already used');
    expect(again.text).toMatch(/Run NOTIFY_WEB_SOCKET=\/\S+ notify-runner web again/);
  });

  test('opening it does not use it up, so that link previews do no harm', async () => {
    const address = await web.oneTimeAddress();
    await web.stranger().get(address);
    expect((await web.stranger().get(address)).status).toBe(200);
  });

  test('it is valid for five minutes', async () => {
    const address = await web.oneTimeAddress();
    web.later(5 * 60_000 + 1);
    expect((await web.stranger().get(address)).status).toBe(410);
  });

  test('another site can’t log a user in with it', async () => {
    const token = (await web.oneTimeAddress()).split('/').at(-1) ?? '';
    const sent = await web.stranger().post('/login/once', { token }, { 'sec-fetch-site': 'cross-site' });
    expect(sent.status).toBe(403);
  });
});

describe('login by the provider', () => {
  beforeEach(() => {
    Object.assign(web.provider, {
      person: { email: 'anna@example.org', email_verified: true },
      change: undefined,
      foreignKey: false,
      declines: false,
    });
  });
  test('a name without an account is refused, since whoever gets it later would inherit the session', async () => {
    web.provider.person = { email: 'nemo@example.org', email_verified: true };
    const page = await web.stranger().get('/login/oidc');
    expect(page.status).toBe(403);
    expect(page.text).toContain('This host has no account named nemo.');
  });

  const logIn = () => web.stranger().get('/login/oidc?next=%2Fmessages');

  test('the part of the e-mail address before the domain is the user', async () => {
    const page = await logIn();
    expect(page.url).toBe(`${web.url}/messages`);
    expect(page.text).toContain('data-user="anna"');
  });

  test.each([
    ['an unverified e-mail', { email: 'anna@example.org', email_verified: false }, 'not verified'],
    ['a foreign domain', { email: 'anna@evil.example', email_verified: true }, 'Only addresses of example.org'],
    ['a domain with the same ending', { email: 'anna@evilexample.org', email_verified: true }, 'Only addresses of'],
    ['a second @', { email: 'anna@evil@example.org', email_verified: true }, 'not a valid user name'],
    ['another organisation', { email: 'anna@example.org', email_verified: true, hd: 'x.org' }, 'organisation'],
    ['an impossible account name', { email: 'anna+x@example.org', email_verified: true }, 'not a valid user name'],
    ['root', { email: 'root@example.org', email_verified: true }, 'system account'],
  ])('%s is refused', async (_what, person, why) => {
    web.provider.person = person;
    const page = await logIn();
    expect(page.status).toBe(403);
    expect(page.text).toContain(why);
  });

  test.each([
    ['issuer', { iss: 'https://evil.example' }],
    ['audience', { aud: 'another-client' }],
    ['nonce', { nonce: 'another' }],
    ['time', { exp: 1_000_000_000 }],
  ])('a wrong %s in the token is refused', async (_what, wrong) => {
    web.provider.change = (claims) => ({ ...claims, ...wrong });
    const page = await logIn();
    expect(page.status).toBe(403);
    expect(page.text).toContain('could not be verified');
    web.provider.change = (claims) => claims;
    expect((await logIn()).status).toBe(200);
  });

  test('a signature of another key is refused', async () => {
    web.provider.foreignKey = true;
    expect(await logIn()).toMatchObject({ status: 403 });
  });

  test('a wrong state, another browser and a second use are refused', async () => {
    const visitor = web.stranger();
    const sent = await visitor.request('/login/oidc');
    const atProvider = new URL(sent.headers.get('location') ?? '');
    expect(atProvider.searchParams.get('code_challenge_method')).toBe('S256');
    const back = '/login/oidc/callback?code=x&iss=&state=';
    expect((await visitor.get(`${back}wrong`)).status).toBe(403);
    const state = atProvider.searchParams.get('state');
    expect((await visitor.get(`${back}${state}`)).text).toContain('took too long, or was started in another browser');
    expect((await web.stranger().get(`${back}${state}`)).status).toBe(403);
  });

  test('a declined login is reported', async () => {
    web.provider.declines = true;
    expect((await logIn()).text).toContain('The login was declined');
  });

  test('the client’s secret is in no log', () => {
    expect(web.logged.length).toBeGreaterThan(5);
    expect(web.logged.join('')).not.toContain(web.provider.clientSecret);
  });
});

describe('a session', () => {
  test('survives a restart, and is on disk as a digest', async () => {
    const visitor = await web.visitor('berta');
    await web.restart();
    const page = await visitor.get('/sessions');
    expect(page.text).toContain('data-user="berta"');
    const { readFileSync, statSync } = await import('node:fs');
    const path = `${web.stateDir}/sessions.json`;
    const token = visitor.cookies().split('=')[1] ?? '';
    expect(token.length).toBe(43);
    expect(readFileSync(path, 'utf8')).not.toContain(token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('has a cookie protected from scripts, other hosts and other sites', async () => {
    const visitor = web.stranger();
    const token = (await web.oneTimeAddress()).split('/').at(-1) ?? '';
    const answer = await visitor.request('/login/once', {
      method: 'POST',
      body: new URLSearchParams({ token }),
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect(answer.headers.getSetCookie().at(-1)).toMatch(
      /^__Host-notify=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  test('ends with the logout', async () => {
    const visitor = await web.visitor('carl');
    const before = visitor.cookies();
    expect((await visitor.submit('/', '/logout')).url).toContain('/login?done=logged-out');
    const old = await fetch(`${web.url}/api/telegram/status`, { headers: { cookie: before } });
    expect(old.status).toBe(401);
  });

  test('ends everywhere, for that user only', async () => {
    const [one, two, other] = [await web.visitor('dora'), await web.visitor('dora'), await web.visitor('emil')];
    expect((await one.submit('/sessions', '/sessions/end-all')).url).toContain('/login?done=everywhere');
    expect((await two.api('GET', '/api/telegram/status')).status).toBe(401);
    expect((await other.api('GET', '/api/telegram/status')).status).toBe(200);
  });

  test('of another user can’t be ended', async () => {
    const [frieda, gustav] = [await web.visitor('frieda'), await web.visitor('gustav')];
    const { readFileSync } = await import('node:fs');
    const { sessions } = JSON.parse(readFileSync(`${web.stateDir}/sessions.json`, 'utf8'));
    const { key } = sessions.find(({ user }: { user: string }) => user === 'gustav');
    await frieda.submit('/sessions', '/sessions/end', { key });
    expect((await gustav.api('GET', '/api/telegram/status')).status).toBe(200);
    await gustav.submit('/sessions', '/sessions/end', { key });
    expect((await gustav.api('GET', '/api/telegram/status')).status).toBe(401);
  });

  test('expires after a week without a visit', async () => {
    const visitor = await web.visitor('hans');
    web.later(6 * DAY);
    expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(200);
    web.later(6 * DAY);
    expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(200);
    web.later(8 * DAY);
    expect((await visitor.get('/')).url).toContain('/login');
  });

  test('a damaged session file is renamed, and the dashboard starts', async () => {
    const { existsSync, writeFileSync } = await import('node:fs');
    const visitor = await web.visitor('ida');
    writeFileSync(`${web.stateDir}/sessions.json`, '{"version": 1, "sess');
    await web.restart();
    expect(existsSync(`${web.stateDir}/sessions.json.unreadable`)).toBe(true);
    expect((await visitor.get('/')).url).toContain('/login');
  });
});
