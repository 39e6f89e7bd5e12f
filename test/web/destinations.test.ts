import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findings, isTooWide, stickingOut, WINDOWS, watchFor } from './support/axe.ts';
import { IN_A_BROWSER_MS, keepPicture, NO_BROWSER, openBrowser, openWindowOf } from './support/browser.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

const EVIL = '<img src=x onerror="document.body.dataset.hacked=1">';
let web: RunningWeb;
let browser: Browser;
let lastChat = -1_001_000_000_000;
beforeAll(async () => {
  web = await startWeb();
  web.bot.people.add('anna', 'ben', 'eve');
  if (NO_BROWSER === undefined) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await web.stop();
});

/** Registers a group of a user's. */
async function register(user: string, name: string, senders: readonly string[] = []): Promise<number> {
  lastChat -= 1;
  web.bot.sandbox.open(lastChat, undefined, `Place of ${name}`);
  const { body } = await web.bot.client.request('POST', '/destinations', { user, name, senders });
  await web.bot.ask(lastChat, `/link ${(body as { code: string }).code}`);
  return lastChat;
}

const asked = async (path: string) => (await web.bot.client.request('GET', path)).body as { destinations: object[] };

test('a user sees those that they own or may send to, and changes only their own', async () => {
  await register('anna', 'ops', ['ben']);
  await register('anna', 'attic');
  const ben = await web.visitor('ben');
  const page = await ben.get('/destinations');
  expect(page.text).toContain('Place of ops');
  expect(page.text).not.toContain('attic');
  expect(page.text).not.toContain('action="/destinations/remove"');
  for (const [path, fields] of [
    ['/destinations/remove', { name: 'ops' }],
    ['/destinations/allow', { name: 'ops', who: '*' }],
    ['/destinations/deny', { name: 'ops', who: 'ben' }],
  ] as const) {
    const answer = await ben.submit('/destinations', path, fields);
    expect(answer.text, path).toContain('ops is a destination of anna, who alone may change it.');
  }
  const { text } = await ben.submit('/destinations', '/destinations/remove', { name: 'attc' });
  expect(text).toContain('There is no destination named &quot;attc&quot;.');
  expect(text).not.toContain('attic');
  expect((await asked('/destinations?user=anna')).destinations).toMatchObject([
    { name: 'attic', senders: [] },
    { name: 'ops', senders: ['ben'] },
  ]);
});

test('a test goes where the user may send, and nowhere else', async () => {
  const [mine, others] = [await register('anna', 'tested', ['ben']), await register('anna', 'private')];
  const ben = await web.visitor('ben');
  const arrives = web.bot.next(mine);
  expect((await ben.submit('/destinations', '/destinations/test', { name: 'tested' })).text).toContain(
    'A test message is queued.',
  );
  expect((await arrives).text).toBe('ben tests the destination tested: messages arrive here.');
  const before = web.bot.sandbox.messages(others).length;
  const refused = await ben.submit('/destinations', '/destinations/test', { name: 'private' });
  expect(refused.text).toContain('There is no destination &quot;private&quot; that you may send to.');
  await web.bot.client.request('POST', '/send', { user: 'anna', to: 'private', text: 'last' });
  expect(web.bot.sandbox.messages(others).slice(before)).toMatchObject([{ text: 'last' }]);
});

test('a name that the host does not have is refused on the page', async () => {
  await register('anna', 'refusing');
  const anna = await web.visitor('anna');
  const { text } = await anna.submit('/destinations', '/destinations/allow', { name: 'refusing', who: 'nb-none' });
  expect(text).toContain('this host has no account or group &quot;nb-none&quot;');
});

test('a form from another site changes nothing', async () => {
  await register('anna', 'guarded');
  const anna = await web.visitor('anna');
  const { status } = await anna.request('/destinations/remove', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    body: 'user=anna&name=guarded',
  });
  expect(status).toBe(403);
  expect(JSON.stringify(await asked('/destinations?user=anna'))).toContain('"guarded"');
});

const title = NO_BROWSER === undefined ? 'in a browser' : `in a browser (${NO_BROWSER})`;

describe.skipIf(NO_BROWSER !== undefined)(title, { timeout: IN_A_BROWSER_MS }, () => {
  test.each(WINDOWS)('registers, allows, denies and removes, and axe finds no problem: %s', async (kind, options) => {
    const { page, context } = await openWindowOf(browser, web, 'eve', options);
    const complaints = watchFor(page);
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    await page.goto('/destinations');
    await page.getByText('No destinations yet').waitFor();
    await page.getByLabel('Name').fill('eves');
    await page.getByRole('button', { name: 'Make a code' }).click();
    const command = (await page.locator('.command').textContent()) ?? '';
    expect(command).toMatch(/^\/link \S{4}-\S{4}$/);
    expect(await findings(page)).toEqual([]);
    lastChat -= 1;
    web.bot.sandbox.open(lastChat, undefined, EVIL);
    await web.bot.ask(lastChat, command);
    await page.goto('/destinations');
    await page.getByLabel('A user, %group, or * for everybody: may send to eves').fill('ben, *');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('everybody on the server').waitFor();
    await page.getByRole('button', { name: 'Deny * to send to eves' }).click();
    await page.getByText('everybody on the server').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Deny ben to send to eves' }).waitFor();
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    await page.locator('.destination summary').click();
    expect(await findings(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    expect(await stickingOut(page)).toEqual([]);
    await keepPicture(page, `destinations-${kind}`);
    await page.getByRole('button', { name: 'Yes, remove' }).click();
    await page.getByText('No destinations yet').waitFor();
  });
});
