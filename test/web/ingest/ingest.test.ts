import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as startRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { addKey, alertsOf, bearer, post } from '../support/machine.ts';
import { type RunningWeb, startWeb } from '../support/running-web.ts';

let web: RunningWeb;
let key: string;
let names = 0;
beforeAll(async () => {
  web = await startWeb();
  await web.bot.link('anna', 700);
  ({ key } = await addKey(web, { name: 'prometheus', owner: 'anna' }));
});
afterAll(() => web.stop());

/** An alert that no other test has. */
const alert = (more: object = {}) => {
  names += 1;
  return { labels: { alertname: `Alert${names}`, host: 'db1' }, annotations: { summary: 'It burns' }, ...more };
};
const isThere = async ({ labels }: { readonly labels: { readonly alertname: string } }, user = 'anna') =>
  (await alertsOf(web, user)).find((one) => one.labels.alertname === labels.alertname);

describe('a key', () => {
  test.each([
    ['as a bearer token', () => bearer(key), ''],
    ['as a password', () => ({ authorization: `Basic ${Buffer.from(`any:${key}`).toString('base64')}` }), ''],
    ['as the secret token of GitLab', () => ({ 'x-gitlab-token': key }), ''],
    ['in the address', () => ({}), () => `?key=${key}`],
  ] as const)('is taken %s', async (_, headersOf, query) => {
    const one = alert();
    const answer = await post(web, `/api/v2/alerts${query === '' ? '' : query()}`, [one], headersOf());
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(await isThere(one)).toMatchObject({
      owner: 'anna',
      source: 'prometheus',
      state: 'firing',
      labels: one.labels,
    });
  });

  test.each([
    ['no key', {}, 'There is no machine key in the request'],
    ['a wrong key', bearer('x'.repeat(43)), 'The machine key is wrong'],
    ['a very long key', bearer('x'.repeat(900)), 'The machine key is wrong'],
    ['an unknown scheme', { authorization: 'Digest abc' }, 'There is no machine key in the request'],
    ['a password that is none', { authorization: 'Basic !!!' }, 'The machine key is wrong'],
  ])('%s is refused', async (_, headers, sentence) => {
    const answer = await post(web, '/hooks/generic', { title: 'x' }, headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ code: 'wrong_key', error: expect.stringContaining(sentence) });
  });

  test('opens nothing else, and a session posts no alerts', async () => {
    for (const path of ['/alerts', '/messages', '/api/telegram/status', '/api/events']) {
      const answer = await fetch(`${web.url}${path}`, { redirect: 'manual', headers: bearer(key) });
      expect([303, 401], path).toContain(answer.status);
    }
    const visitor = await web.visitor('anna');
    const answer = await visitor.request('/hooks/generic', { method: 'POST', body: '{"title":"x"}' });
    expect(answer.status).toBe(401);
  });

  test('is refused once the name of its owner has another uid', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'notify-web-getent-'));
    const [passwd, getent] = [join(folder, 'passwd'), join(folder, 'getent')];
    writeFileSync(getent, `#!/bin/sh\ngrep "^$3:" ${passwd} || exit 2\n`, { mode: 0o755 });
    const isUid = (uid: number) => writeFileSync(passwd, `zoe:x:${uid}:${uid}::/nonexistent:/bin/sh\n`);
    isUid(5001);
    const other = await startWeb({ getent });
    onTestFinished(async () => {
      await other.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    other.bot.people.add('zoe');
    const own = await addKey(other, { name: 'zoes', owner: 'zoe' });
    expect((await post(other, '/hooks/generic', { title: 'first' }, bearer(own.key))).status).toBe(200);
    isUid(5002);
    other.later(120_000);
    const answer = await post(other, '/hooks/generic', { title: 'second' }, bearer(own.key));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      code: 'wrong_key',
      error: 'The account of the key zoes was deleted or has another uid: make another key.',
    });
    expect(await alertsOf(other, 'zoe')).toMatchObject([{ labels: { alertname: 'first' } }]);
  });

  test('appears in no line of the log, wherever it stood', () => {
    expect(web.logged.join('')).not.toContain(key);
  });
});

describe('an alert', () => {
  test('goes where its key says, and not where its owner may no longer send', async () => {
    web.bot.people.add('ben');
    const chat = -1_001_000_000_301;
    web.bot.sandbox.open(chat, undefined, 'Ops');
    const { body } = await web.bot.client.request('POST', '/destinations', {
      user: 'anna',
      name: 'ops',
      senders: ['ben'],
    });
    await web.bot.ask(chat, `/link ${(body as { code: string }).code}`);
    const own = await addKey(web, { name: 'bens', owner: 'ben', to: 'ops' });
    expect((await post(web, '/hooks/generic', { title: 'x' }, bearer(own.key))).status).toBe(200);
    await web.bot.client.request('POST', '/destinations/ops/senders', { user: 'anna', deny: ['ben'] });
    const refused = await post(web, '/hooks/generic', { title: 'y' }, bearer(own.key));
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'not_a_sender' });
  });

  test('that is wrong is named, and the right ones beside it are taken', async () => {
    const [right, wrong] = [alert(), alert({ endsAt: 'soon' })];
    const answer = await post(web, '/api/v2/alerts', [right, wrong], bearer(key));
    expect(answer.status).toBe(400);
    // A text, as an Alertmanager answers, so that amtool shows it.
    expect(await answer.json()).toMatch(/^alerts\[1\]\.endsAt: expected a time such as .*1 of 2 alerts were taken\.$/);
    expect(await isThere(right)).toBeDefined();
    expect(await isThere(wrong)).toBeUndefined();
  });

  test('of a hook is answered with its fingerprint and state; what changes none, with why', async () => {
    const fires = await post(web, '/hooks/generic', { title: 'Backup failed', key: 'backup' }, bearer(key));
    const [first] = ((await fires.json()) as { alerts: object[] }).alerts;
    expect(first).toEqual({ fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/), state: 'firing' });
    const over = await post(web, '/hooks/generic', { key: 'backup', state: 'resolved' }, bearer(key));
    expect(await over.json()).toMatchObject({ ok: true, alerts: [{ ...first, state: 'resolved' }] });
    const metrics = await (await fetch(`${web.url}/metrics`)).text();
    expect(metrics).toMatch(/^notify_web_alerts_total\{source="generic"\} [1-9]/m);
    const push = await post(web, '/hooks/github', { ref: 'x' }, { ...bearer(key), 'x-github-event': 'push' });
    expect(await push.json()).toEqual({
      ok: true,
      alerts: [],
      ignored: 'The event push neither fires nor resolves an alert.',
    });
  });
});

describe('a body', () => {
  test('may be compressed', async () => {
    const one = alert();
    const packed = gzipSync(JSON.stringify([one]));
    const answer = await post(web, '/api/v2/alerts', packed, { ...bearer(key), 'content-encoding': 'gzip' });
    expect(answer.status).toBe(200);
    expect(await isThere(one)).toBeDefined();
  });

  test.each([
    ['of more than a MiB', ' '.repeat(1024 * 1024 + 1), {}, 413, 'too_large'],
    ['that becomes more than a MiB', gzipSync(' '.repeat(3_000_000)), { 'content-encoding': 'gzip' }, 413, 'too_large'],
    ['of too many values', `[${'0,'.repeat(200_000)}0]`, {}, 413, 'too_large'],
    ['that is no gzip', '[]', { 'content-encoding': 'gzip' }, 400, 'bad_json'],
    ['of another compression', '[]', { 'content-encoding': 'br' }, 415, 'wrong_type'],
    ['that is no JSON', '{"title":', {}, 400, 'bad_json'],
    ['that is nested without end', '['.repeat(90_000), {}, 400, 'bad_json'],
    ['that is nested too deeply', `${'['.repeat(40_000)}${']'.repeat(40_000)}`, {}, 413, 'too_large'],
    ['of another shape', '"x"', {}, 400, 'bad_field'],
  ])('%s is refused', async (_, body, headers, status, code) => {
    const answer = await post(web, '/hooks/generic', body, { ...bearer(key), ...headers });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code });
  });

  test('of a form says which content type to choose', async () => {
    const headers = { ...bearer(key), 'content-type': 'application/x-www-form-urlencoded', 'x-github-event': 'push' };
    const answer = await post(web, '/hooks/github', `payload=${encodeURIComponent('{}')}`, headers);
    expect(await answer.json()).toMatchObject({ code: 'bad_json', error: expect.stringContaining('application/json') });
  });
});

describe('a signed key', () => {
  const payload = JSON.stringify({ title: 'Signed', key: 'signed' });
  const sign = (secret: string, body: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

  test('takes what is signed with its secret, and nothing else', async () => {
    const { key: own, secret = '' } = await addKey(web, { name: 'github', owner: 'anna', signed: 'true' });
    const send = (signature: string | undefined, body = payload) =>
      post(web, `/hooks/generic?key=${own}`, body, signature === undefined ? {} : { 'x-hub-signature-256': signature });
    expect((await send(sign(secret, payload))).status).toBe(200);
    for (const wrong of [undefined, '', 'sha256=00', sign(own, payload), sign(secret, `${payload} `)]) {
      const answer = await send(wrong);
      expect(answer.status, wrong).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'bad_signature' });
    }
    expect((await send(sign(secret, payload), payload.replace('Signed', 'Forged'))).status).toBe(401);
  });
});

test('health is for everybody, the version for machines', async () => {
  expect((await fetch(`${web.url}/-/healthy`)).status).toBe(200);
  await expect.poll(async () => (await fetch(`${web.url}/-/ready`)).status).toBe(200);
  expect((await fetch(`${web.url}/api/v2/status`)).status).toBe(401);
  const status = await fetch(`${web.url}/api/v2/status`, { headers: bearer(key) });
  expect(await status.json()).toMatchObject({
    cluster: { status: 'disabled' },
    versionInfo: { version: expect.any(String) },
  });
});

test('another hook, and another method, do not exist', async () => {
  const answer = await post(web, '/hooks/nagios', {}, bearer(key));
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({
    error: expect.stringContaining('/hooks takes one of alertmanager, grafana'),
  });
  expect((await fetch(`${web.url}/hooks/generic`, { headers: bearer(key), redirect: 'manual' })).status).toBe(303);
});

describe('the bounds of a key', () => {
  /** A request whose body never ends, until it is told to. */
  function slowPost(own: string) {
    const { hostname, port } = new URL(web.url);
    const request = startRequest({
      hostname,
      port,
      path: '/hooks/generic',
      method: 'POST',
      agent: false,
      headers: { ...bearer(own), 'content-length': '13' },
    });
    const status = new Promise<number | undefined>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
    });
    request.write('{"title":');
    return { status, finish: () => request.end('"x"}') };
  }

  test('four requests at a time: a fifth waits, and those of another key do not', async () => {
    const [busy, other] = [
      await addKey(web, { name: 'busy', owner: 'anna' }),
      await addKey(web, { name: 'other', owner: 'anna' }),
    ];
    const slow = Array.from({ length: 4 }, () => slowPost(busy.key));
    const isServed = (own: string) =>
      fetch(`${web.url}/api/v2/alerts`, {
        method: 'POST',
        headers: bearer(own),
        body: '[]',
        signal: AbortSignal.timeout(1000),
      }).then(
        ({ status }) => status === 200,
        () => false,
      );
    await waitFor(async () => !(await isServed(busy.key)));
    await waitFor(() => isServed(other.key));
    for (const { finish } of slow) finish();
    expect(await Promise.all(slow.map(({ status }) => status))).toEqual([200, 200, 200, 200]);
    expect((await post(web, '/hooks/generic', { title: 'x' }, bearer(busy.key))).status).toBe(200);
  });

  test('600 requests a minute', async () => {
    const own = await addKey(web, { name: 'often', owner: 'anna' });
    const answers: Response[] = [];
    const refusals = () => answers.filter(({ status }) => status === 429);
    // On a slow computer more than 600 requests fit, since ten a second may follow.
    while (refusals().length === 0 && answers.length < 2400) {
      const batch = Array.from({ length: 12 }, () => post(web, '/api/v2/alerts', [], bearer(own.key)));
      answers.push(...(await Promise.all(batch)));
    }
    const refused = refusals();
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(600);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post(web, '/hooks/generic', { title: 'x' }, bearer(key))).status).toBe(200);
  });
});

test('a source that tries keys is slowed down, and a valid key goes on', async () => {
  const other = await startWeb();
  onTestFinished(() => other.stop());
  other.bot.people.add('anna');
  const own = await addKey(other, { name: 'own', owner: 'anna' });
  const guess = async (n: number) => (await post(other, '/hooks/generic', {}, bearer(`guess-${n}`))).status;
  const statuses = await Promise.all(Array.from({ length: 150 }, (_, n) => guess(n)));
  const count = (wanted: number) => statuses.filter((status) => status === wanted).length;
  // On a slow computer more than sixty fit, since one a second may follow.
  expect(count(401)).toBeGreaterThanOrEqual(60);
  expect(count(429)).toBeGreaterThan(0);
  expect(count(401) + count(429)).toBe(150);
  expect((await post(other, '/hooks/generic', { title: 'x' }, bearer(own.key))).status).toBe(200);
});

test('while the bot is away a source is told to try again', async () => {
  const other = await startWeb();
  onTestFinished(() => other.stop());
  other.bot.people.add('anna');
  const own = await addKey(other, { name: 'own', owner: 'anna' });
  await other.bot.app.stop();
  const answer = await post(other, '/hooks/generic', { title: 'x' }, bearer(own.key));
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'bot_away' });
  await expect.poll(async () => (await fetch(`${other.url}/-/ready`)).status).toBe(503);
  expect((await fetch(`${other.url}/-/healthy`)).status).toBe(200);
});
