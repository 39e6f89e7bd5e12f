import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

let web: RunningWeb;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web.stop());

let chats = 500;
/** Requests a code from the bot, like a user in Telegram. */
async function codeOf(chatId = ++chats): Promise<string> {
  const { text } = await web.bot.ask(chatId, '/start');
  const code = /\b\d{6}\b/.exec(text ?? '')?.[0];
  if (code === undefined) throw new Error(`No code in ${text}`);
  return code;
}
const wrongFor = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('the JSON endpoints', () => {
  test('link, report the status and unlink', async () => {
    const visitor = await web.visitor('anna');
    expect((await visitor.api('GET', '/api/telegram/status')).body).toEqual({ linked: false });
    const linked = await visitor.api('POST', '/api/telegram/verify', { code: await codeOf() });
    expect(linked).toMatchObject({ status: 200, body: { ok: true, linked: true } });
    const status = await visitor.api('GET', '/api/telegram/status');
    expect(status.body).toEqual({ linked: true, linked_at: linked.body.linked_at });
    expect((await visitor.api('POST', '/api/telegram/unlink', {})).status).toBe(200);
    expect((await visitor.api('GET', '/api/telegram/status')).body).toEqual({ linked: false });
  });

  test.each([
    ['a wrong code', { code: '000000' }, 'This code is wrong.'],
    ['five digits', { code: '12345' }, 'six digits'],
    ['a number', { code: 123456 }, 'six digits'],
    ['no code', {}, 'six digits'],
  ])('%s is refused with 400 and a sentence', async (_what, body, sentence) => {
    const visitor = await web.visitor('berta');
    const answer = await visitor.api('POST', '/api/telegram/verify', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(sentence);
  });

  test('a code from before the newest /start is refused, and so is a used one', async () => {
    const visitor = await web.visitor('carl');
    const old = await codeOf(600);
    const fresh = await codeOf(600);
    expect((await visitor.api('POST', '/api/telegram/verify', { code: old })).status).toBe(400);
    expect((await visitor.api('POST', '/api/telegram/verify', { code: fresh })).status).toBe(200);
    expect((await visitor.api('POST', '/api/telegram/verify', { code: fresh })).status).toBe(400);
  });

  test('the sixth attempt within a minute is refused with 429, even with the right code, for that user only', async () => {
    const [visitor, other] = [await web.visitor('dora'), await web.visitor('emil')];
    const code = await codeOf();
    for (let count = 0; count < 5; count += 1) {
      expect((await visitor.api('POST', '/api/telegram/verify', { code: wrongFor(code) })).status).toBe(400);
    }
    const sixth = await visitor.api('POST', '/api/telegram/verify', { code });
    expect(sixth.status).toBe(429);
    expect(sixth.body.error).toContain('Wait a minute');
    expect(sixth.headers.get('retry-after')).toBe('60');
    expect((await other.api('POST', '/api/telegram/verify', { code })).status).toBe(200);
  });

  test('requests of another site, forms and bodies that are no object are refused', async () => {
    const visitor = await web.visitor('frieda');
    const code = await codeOf();
    const verify = (headers: Record<string, string>) =>
      visitor.api('POST', '/api/telegram/verify', { code }, headers).then(({ status }) => status);
    expect(await verify({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await verify({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await verify({ 'sec-fetch-site': 'none' })).toBe(403);
    expect(await verify({ 'content-type': 'text/plain' })).toBe(415);
    expect((await visitor.api('POST', '/api/telegram/verify', [])).status).toBe(400);
    expect((await visitor.api('GET', '/api/telegram/status')).body).toEqual({ linked: false });
  });

  test('a request without Sec-Fetch-Site needs an Origin', async () => {
    const visitor = await web.visitor('gustav');
    const unlink = (headers: Record<string, string>) =>
      visitor
        .request('/api/telegram/unlink', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
        })
        .then(({ status }) => status);
    expect(await unlink({})).toBe(403);
    expect(await unlink({ origin: 'null' })).toBe(403);
    expect(await unlink({ origin: 'https://evil.example' })).toBe(403);
    expect(await unlink({ origin: web.url })).toBe(200);
  });
});

describe('the card without script', () => {
  test('links by a code, sends a test and unlinks', async () => {
    const visitor = await web.visitor('hans');
    const chat = ++chats;
    const page = await visitor.submit('/', '/telegram/link', { code: await codeOf(chat) });
    expect(page.url).toBe(`${web.url}/?done=linked`);
    expect(page.text).toContain('Linked. Messages arrive in Telegram');
    const arrives = web.bot.sandbox.waitFor(({ chat_id, media }) => chat_id === chat && media !== undefined, 30_000);
    expect((await visitor.submit('/', '/telegram/test')).text).toContain('A test message is queued');
    await arrives;
    expect((await visitor.submit('/', '/telegram/unlink')).text).toContain('Unlinked.');
    expect((await visitor.api('GET', '/api/telegram/status')).body).toEqual({ linked: false });
  });

  test('shows the reason beside the field, and keeps the typed code', async () => {
    const visitor = await web.visitor('ida');
    const page = await visitor.submit('/', '/telegram/link', { code: '00 00 00' });
    expect(page.status).toBe(400);
    expect(page.text).toContain('value="00 00 00"');
    expect(page.text).toContain('This code is wrong.');
  });

  test('links by the address of the QR code, which stays the same when the page is reloaded', async () => {
    const visitor = await web.visitor('jan');
    const linkIn = (text: string) => /href="(https:\/\/t\.me\/[^"]+)"/.exec(text)?.[1] ?? '';
    const address = linkIn((await visitor.get('/')).text);
    expect(linkIn((await visitor.get('/')).text)).toBe(address);
    const token = new URL(address).searchParams.get('start');
    await web.bot.ask(++chats, `/start ${token}`);
    await waitFor(async () => (await visitor.api('GET', '/api/telegram/status')).body.linked === true);
    expect((await visitor.get('/')).text).toContain('Yes, unlink');
  });

  test('a form is refused on a page of another user, and from another site', async () => {
    const [one, other] = [await web.visitor('karl'), await web.visitor('lena')];
    const user = 'karl';
    expect((await one.get('/')).text).toContain(`name="user" value="${user}"`);
    const code = await codeOf();
    expect((await other.post('/telegram/link', { user, code })).status).toBe(403);
    expect((await other.post('/telegram/link', { code })).status).toBe(403);
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect((await one.post('/telegram/link', { user, code }, { 'sec-fetch-site': site })).status).toBe(403);
    }
    expect((await one.post('/telegram/link', { user, code })).status).toBe(200);
  });

  test('the result of a form is shown only from known keywords', async () => {
    const visitor = await web.visitor('mia');
    const page = await visitor.get('/?done=%3Cb%3Eevil');
    expect(page.text).not.toContain('evil');
    expect(page.text).not.toContain('flash');
  });
});

describe('separation of users', () => {
  test('users read only their own messages, whatever the request contains', async () => {
    const [nina, otto] = [await web.visitor('nina'), await web.visitor('otto')];
    await web.bot.link('nina', ++chats);
    await web.bot.link('otto', ++chats);
    await web.bot.send({ user: 'nina', text: 'a secret of ninas' });
    await web.bot.send({ user: 'otto', text: 'a secret of ottos' });
    for (const path of [
      '/',
      '/messages',
      '/messages?user=nina',
      '/messages?all=true',
      '/messages?part=1&q=&user=nina',
    ]) {
      const { text } = await otto.get(path);
      expect(text).toContain('a secret of ottos');
      expect(text).not.toContain('ninas');
    }
    expect((await nina.get('/messages')).text).toContain('a secret of ninas');
  });
});

describe('without the bot', () => {
  test('the page reports it, programs get 503, and it works again afterwards', async () => {
    const visitor = await web.visitor('paul');
    await web.bot.app.stop();
    const page = await visitor.get('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('The bot does not answer right now');
    expect(await visitor.api('GET', '/api/telegram/status')).toMatchObject({ status: 503, body: { code: 'bot_away' } });
    expect((await fetch(`${web.url}/healthz`)).status).toBe(503);
    await web.bot.restart();
    expect((await visitor.api('GET', '/api/telegram/status')).status).toBe(200);
    expect((await fetch(`${web.url}/healthz`)).status).toBe(200);
  });
});
