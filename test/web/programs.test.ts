import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Visitor } from '../support/network/visitor.ts';
import { waitFor } from '../support/wait-for.ts';
import { flood } from './support/flood.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

let web: RunningWeb;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.stop());

const DAY = 24 * 3_600_000;
const KEY = /<code>([\w-]{43})<\/code>/;

/** Adds a program with the page's form. @returns its key */
async function add(visitor: Visitor, name: string): Promise<string> {
  const page = await visitor.submit('/sessions', '/sessions/programs', { name });
  return KEY.exec(page.text)?.[1] ?? '';
}

/** A request with a program's key. */
const asProgram = (key: string, path: string, init: RequestInit = {}) =>
  fetch(`${web.url}${path}`, {
    redirect: 'manual',
    ...init,
    headers: { authorization: `Bearer ${key}`, ...init.headers },
  });

const statusOf = async (key: string) => (await asProgram(key, '/api/telegram/status')).status;

/** The session key in the form of a table row. */
async function rowKeyOf(visitor: Visitor, name: string): Promise<string> {
  const { text } = await visitor.get('/sessions');
  const row = text.split('<tr>').find((part) => part.includes(`>${name} `)) ?? '';
  return /name="key" value="([^"]+)"/.exec(row)?.[1] ?? '';
}

test('a key is shown once, and kept as a digest', async () => {
  const visitor = await web.visitor('anna');
  const key = await add(visitor, 'desktop <b>');
  expect(key).not.toBe('');
  const { text } = await visitor.get('/sessions');
  expect(text).toContain('desktop &lt;b&gt;');
  expect(text).toContain('program key');
  expect(text).not.toContain(key);
  expect(readFileSync(`${web.stateDir}/sessions.json`, 'utf8')).not.toContain(key);
  expect(web.logged.join('')).not.toContain(key);
});

test('it opens the stream of its owner’s messages, and the link status', async () => {
  const key = await add(await web.visitor('berta'), 'desktop');
  await web.bot.link('berta', 700);
  expect(await (await asProgram(key, '/api/telegram/status')).json()).toMatchObject({ linked: true });
  const stream = await asProgram(key, '/api/events', { headers: { cookie: (await web.visitor('anna')).cookies() } });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  await web.bot.send({ user: 'berta', text: 'for the desktop' });
  await waitFor(async () => {
    told += (await reader?.read())?.value ?? '';
    return told.includes('"change":"sent"');
  });
  expect(told).toContain('for the desktop');
  await reader?.cancel();
});

test('it opens no other path', async () => {
  const visitor = await web.visitor('carl');
  const key = await add(visitor, 'desktop');
  for (const path of ['/', '/messages', '/sessions', '/scripts', '/charts', '/admin', '/messages/x/pictures/0']) {
    const answer = await asProgram(key, path);
    expect(answer.status, path).toBe(303);
    expect(answer.headers.get('location'), path).toContain('/login');
  }
  for (const path of ['/events', '/api/nothing']) expect((await asProgram(key, path)).status, path).toBe(401);
  const post = { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' } };
  for (const path of [
    '/api/telegram/unlink',
    '/api/telegram/verify',
    '/api/telegram/status',
    '/logout',
    '/sessions/programs',
  ]) {
    expect((await asProgram(key, path, { ...post, body: '{}' })).status, path).toBe(401);
  }
  expect((await asProgram(key, '/api/telegram/status', { method: 'HEAD' })).status).toBe(401);
  const asCookie = await fetch(`${web.url}/api/telegram/status`, { headers: { cookie: `__Host-notify=${key}` } });
  expect(asCookie.status).toBe(401);
});

test('a browser’s cookie and other texts are no key', async () => {
  const [, cookie = ''] = (await web.visitor('carl')).cookies().split('=');
  for (const wrong of [cookie, '', 'x', `${'x'.repeat(43)}`, 'a b', `${cookie}, Bearer ${cookie}`]) {
    const answer = await asProgram(wrong, '/api/telegram/status');
    expect(answer.status, wrong).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  }
});

test('ending it closes its stream immediately; the browser’s session stays', async () => {
  const visitor = await web.visitor('dora');
  const key = await add(visitor, 'desktop');
  const reader = (await asProgram(key, '/api/events')).body?.getReader();
  await visitor.submit('/sessions', '/sessions/end', { key: await rowKeyOf(visitor, 'desktop') });
  await waitFor(async () => (await reader?.read())?.done === true);
  expect(await statusOf(key)).toBe(401);
  expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(200);
});

test('logging out everywhere ends it, logging out here does not', async () => {
  const visitor = await web.visitor('emil');
  const key = await add(visitor, 'desktop');
  await visitor.submit('/', '/logout');
  expect(await statusOf(key)).toBe(200);
  await (await web.visitor('emil')).submit('/sessions', '/sessions/end-all');
  expect(await statusOf(key)).toBe(401);
});

test('only a form of the page creates one, with a printable name', async () => {
  const visitor = await web.visitor('frieda');
  const before = web.logged.length;
  expect((await visitor.post('/sessions/programs', { name: 'x' })).status).toBe(403);
  expect((await visitor.post('/sessions/programs', { name: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(
    403,
  );
  for (const name of ['', '   ', 'x'.repeat(41), 'a\u202egnp', 'a\nb', 'a\u2028b']) {
    expect((await visitor.submit('/sessions', '/sessions/programs', { name })).status).toBe(400);
  }
  expect(web.logged.slice(before).join('')).not.toContain('program key');
});

test('a user may have ten, which end no browser’s session', async () => {
  const visitor = await web.visitor('gustav');
  for (let count = 0; count < 10; count += 1) expect(await add(visitor, `program ${count}`)).not.toBe('');
  const refused = await visitor.submit('/sessions', '/sessions/programs', { name: 'one more' });
  expect(refused.status).toBe(409);
  for (let count = 0; count < 19; count += 1) await web.visitor('gustav');
  expect((await visitor.get('/sessions')).text).toContain('program 9');
});

test('one that exceeds its limits of requests or streams does not block its user’s pages', async () => {
  const visitor = await web.visitor('hans');
  const key = await add(visitor, 'runaway');
  expect(await flood(() => statusOf(key))).toContain(429);
  expect((await visitor.get('/')).status).toBe(200);
  const other = await add(visitor, 'greedy');
  const over = new AbortController();
  const streams = await Promise.all(
    Array.from({ length: 8 }, () => asProgram(other, '/api/events', { signal: over.signal })),
  );
  expect(streams.filter(({ status }) => status === 429).length).toBe(3);
  expect((await visitor.request('/events', { signal: over.signal })).status).toBe(200);
  over.abort();
});

test('it survives a restart, and expires after 30 days without a visit', async () => {
  const key = await add(await web.visitor('ida'), 'desktop');
  await web.restart();
  expect(await statusOf(key)).toBe(200);
  web.later(29 * DAY);
  expect(await statusOf(key)).toBe(200);
  web.later(29 * DAY);
  expect(await statusOf(key)).toBe(200);
  web.later(31 * DAY);
  expect(await statusOf(key)).toBe(401);
});
