import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findings, isTooWide, stickingOut, WINDOWS, watchFor } from './support/axe.ts';
import { IN_A_BROWSER_MS, keepPicture, logIn, NO_BROWSER, openBrowser, openWindowOf } from './support/browser.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

let web: RunningWeb;
let browser: Browser;
let chats = 800;
beforeAll(async () => {
  if (NO_BROWSER !== undefined) return;
  [web, browser] = await Promise.all([startWeb({ timing: { heartbeatMs: 1_000 } }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await web?.stop();
});

async function open(user: string, options = {}): Promise<Page> {
  const { page, context } = await openWindowOf(browser, web, user, options);
  const complaints = watchFor(page);
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  return page;
}

/** Waits until the page receives live updates. */
const live = (page: Page) => page.locator('[data-live-indicator]:not(.off)', { hasText: 'Live' }).waitFor();

async function codeOf(chatId: number): Promise<string> {
  const { text } = await web.bot.ask(chatId, '/start');
  return /\b\d{6}\b/.exec(text ?? '')?.[0] ?? '';
}

const title = NO_BROWSER === undefined ? 'in a browser' : `in a browser (${NO_BROWSER})`;

describe.skipIf(NO_BROWSER !== undefined)(title, { timeout: IN_A_BROWSER_MS }, () => {
  test('links by a code, tests and unlinks, without leaving the page', async () => {
    const page = await open('anna');
    const chat = ++chats;
    await page.evaluate('document.documentElement.dataset.same = "yes"');
    await page.getByLabel('Six-digit code').fill('000000');
    await page.getByLabel('Six-digit code').press('Enter');
    await page.getByText('This code is wrong.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('code');
    await page.getByLabel('Six-digit code').fill(await codeOf(chat));
    await page.getByRole('button', { name: 'Link', exact: true }).click();
    await page.getByText('Linked. Messages arrive in Telegram from now on.').waitFor();
    const arrives = web.bot.sandbox.waitFor(({ chat_id, media }) => chat_id === chat && media !== undefined, 30_000);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await arrives;
    await page.getByText('A test message is queued.').waitFor();
    await page.locator('summary', { hasText: 'Unlink' }).click();
    await page.locator('summary', { hasText: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Yes, unlink' }).waitFor({ state: 'hidden' });
    await page.locator('summary', { hasText: 'Unlink' }).click();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Yes, unlink' }).click();
    await page.getByText('Unlinked.').waitFor();
    expect(await page.evaluate('document.documentElement.dataset.same')).toBe('yes');
  });

  test('the same works without script', async () => {
    const context = await browser.newContext({ baseURL: web.url, javaScriptEnabled: false });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await logIn(page, web, 'berta');
    await page.getByLabel('Six-digit code').fill(await codeOf(++chats));
    await page.getByRole('button', { name: 'Link', exact: true }).click();
    await page.getByText('Linked. Messages arrive in Telegram from now on.').waitFor();
    expect(await page.getByText('Loading your scripts').isVisible()).toBe(false);
    await web.bot.send({ user: 'berta', title: 'Without script', text: 'It is here.' });
    await page.getByRole('link', { name: 'Messages', exact: true }).click();
    await page.getByText('It is here.').waitFor();
    await page.getByLabel('Search').fill('nothing like it');
    await page.locator('summary', { hasText: 'berta' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out.').waitFor();
  });

  test('a message shows moments in the reader’s zone, its quote opens, and its buttons say what they do', async () => {
    await web.bot.link('tina', ++chats);
    const page = await open('tina', { timezoneId: 'America/New_York' });
    await page.goto('/messages');
    await live(page);
    await web.bot.send({
      user: 'tina',
      text: 'Due <t:1769774400>, <t:1769774400:T>.\n\n> one\n> two\n> three\n> four',
      buttons: [
        [
          { text: 'Open', url: 'https://example.org/' },
          { text: 'Again', send: '/run rev' },
        ],
      ],
    });
    await page.getByText('Due 30 January 2026 at 07:00, 07:00:00.').waitFor();
    await page.getByText('four').waitFor({ state: 'hidden' });
    await page.locator('summary', { hasText: 'Quote of 4 lines' }).click();
    await page.getByText('four').waitFor();
    await page.getByRole('group', { name: 'Buttons' }).getByText('sends /run rev').waitFor();
  });

  test('every open page reports a session ended elsewhere, and the next login returns to it', async () => {
    const page = await open('carl');
    const second = await page.context().newPage();
    await second.goto('/messages?q=words');
    await live(page);
    const other = await open('carl');
    await other.goto('/sessions');
    await other.getByRole('button', { name: 'Log out everywhere' }).click();
    await other.getByText('You are logged out everywhere.').waitFor();
    for (const tab of [page, second]) {
      await tab.getByText('Your session has ended, so the page no longer updates.').waitFor();
    }
    expect(await findings(page)).toEqual([]);
    await second.getByRole('link', { name: 'Log in with your organisation' }).click();
    await second.getByRole('heading', { name: 'Messages', exact: true }).waitFor();
    expect(new URL(second.url()).search).toBe('?q=words');
  });

  test.each(['a form', 'a filter'])('an expired session is reported when %s is used', async (what) => {
    const page = await open('frida');
    await page.goto(what === 'a form' ? '/' : '/messages');
    await live(page);
    web.later(31 * 86_400_000);
    onTestFinished(() => web.later(-31 * 86_400_000));
    if (what === 'a form') {
      await page.getByLabel('Six-digit code').fill('123456');
      await page.getByRole('button', { name: 'Link', exact: true }).click();
    } else await page.getByLabel('Search').fill('words');
    await page.getByText('Your session has ended').waitFor();
    await page.getByRole('link', { name: 'Log in with your organisation' }).waitFor();
  });

  test('an open page reports an expired session without interaction', async () => {
    const page = await open('gerd');
    await live(page);
    web.later(31 * 86_400_000);
    onTestFinished(() => web.later(-31 * 86_400_000));
    await page.getByText('Your session has ended').waitFor();
  });

  test('a double click on a one-time address logs in, too', async () => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(await web.oneTimeAddress());
    await page.getByRole('button', { name: 'Log in as' }).dblclick();
    await page.locator('body[data-user]').waitFor();
  });

  test('the keyboard reaches every control in order, with a link that skips the menu', async () => {
    const page = await open('dora');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    const seen: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      await page.keyboard.press('Tab');
      seen.push(String(await page.evaluate('document.activeElement.textContent.trim() || document.activeElement.id')));
    }
    expect(seen.slice(0, 3)).toEqual(['Open Telegram', 'code', 'Link']);
    await page.locator('summary', { hasText: 'dora' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Log out' }).waitFor({ state: 'hidden' });
  });

  test('another site can neither frame a page nor send its forms', async () => {
    const attacker = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<iframe src="${web.url}/" id="frame"></iframe>
        <form id="evil" method="post" action="${web.url}/telegram/unlink" target="_self"><input name="user" value="emil"></form>`);
    });
    await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void attacker.close());
    const context = await browser.newContext({ baseURL: web.url });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await logIn(page, web, 'emil');
    await web.bot.link('emil', ++chats);
    await page.goto(`http://localhost:${(attacker.address() as AddressInfo).port}`);
    const frame = await page.locator('#frame').elementHandle();
    const inside = await (await frame?.contentFrame())?.content().catch(() => '');
    expect(inside).not.toContain('Telegram Notifications');
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/telegram/unlink')),
      page.evaluate('document.querySelector("#evil").submit()'),
    ]);
    expect([401, 403]).toContain(answer.status());
    const home = await context.newPage();
    await home.goto('/');
    await home.locator('summary', { hasText: 'Unlink' }).waitFor();
  });

  test.each(WINDOWS)('axe finds no problem, and no element is wider than the window: %s', async (name, options) => {
    const login = await browser.newPage({ baseURL: web.url, ...options } as Parameters<Browser['newPage']>[0]);
    await login.goto('/login');
    expect(await findings(login)).toEqual([]);
    await keepPicture(login, `login-${name}`);
    await login.close();
    const user = `look_${name}`;
    const page = await open(user, options);
    const look = async (path: string, picture: string) => {
      await page.goto(path);
      expect(await findings(page), path).toEqual([]);
      const wide = await isTooWide(page);
      expect(await stickingOut(page), path).toEqual([]);
      await keepPicture(page, `${picture}-${name}`);
      expect(wide, path).toBe(false);
    };
    await look('/', 'not-linked');
    await look('/messages', 'no-messages');
    await web.bot.link(user, ++chats);
    await sendSome(user);
    await look('/', 'overview');
    await look('/messages', 'messages');
    await look('/sessions', 'sessions');
    await page.getByLabel('Program name').fill('desktop');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByText('Key for desktop').waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await stickingOut(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
  });
});

/** Sends typical messages of scripts. */
async function sendSome(user: string): Promise<void> {
  const table = '| shop | change |\n|---|---|\n| Berlin | -14 % |\n| Paris | -3 % |';
  const text = `Down **12 %** since yesterday, see [the report](https://example.org/r).\n\n${table}`;
  const messages = [
    { title: 'Revenue dropped', text, source: 'revenue_drop.py', severity: 'high' },
    {
      title: 'Import',
      text: 'Done: 3 rows rejected.\n\n```\nrow 14: no date\nrow 15: no date\n```',
      source: 'import.py',
    },
    { text: 'The nightly backup took `12 min`.', source: 'backup.sh', severity: 'info' },
    {
      title: 'Certificate',
      text: 'It ends <t:1798761600:D>, <t:1798761600:R>.\n\n> one\n> two\n> three\n> four',
      buttons: [
        [
          { text: 'Open', url: 'https://example.org/', style: 'primary' },
          { text: 'Copy', copy: `notify-runner run ${'long_'.repeat(40)}`, style: 'success' },
        ],
        [{ text: 'Check again', send: '/run certificate', style: 'danger' }],
      ],
    },
    { title: 'Disk', text: '/var is 83 % full.\n\n- postgres: 120 GB\n- logs: 30 GB', source: 'disk_space.sh' },
  ];
  for (const message of messages) await web.bot.send({ user, ...message });
}
