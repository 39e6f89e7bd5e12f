import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { png } from '../support/picture.ts';
import { findings, isTooWide, stickingOut, WINDOWS, watchFor } from './support/axe.ts';
import {
  IN_A_BROWSER_MS,
  keepPicture,
  NO_BROWSER,
  type OpenWindow,
  openBrowser,
  openWindowOf,
  openWindowOfHost,
} from './support/browser.ts';
import { me, type ScriptsHost, startScriptsHost } from './support/scripts-host.ts';

const EVIL = '<img src=x onerror=document.body.dataset.hacked=1>';

let host: ScriptsHost;
let browser: Browser;
beforeAll(async () => {
  if (NO_BROWSER !== undefined) return;
  [host, browser] = await Promise.all([
    startScriptsHost({ settings: { admins: ['boss'] }, bot: { links: { [me]: 1, anna: 2, ben: 3, boss: 4 } } }),
    openBrowser(),
  ]);
  const says = (object: object) => `#!/bin/sh\necho '${JSON.stringify(object)}'\n`;
  host.write(
    me,
    'revenue.sh',
    `#!/bin/sh\n# notify: schedule="0 9 * * 1-5"\necho '{"notify": true, "title": "Revenue", "message": "Down 12 %", "cooldown": "6h"}'\n`,
  );
  host.write(me, 'quiet.sh', says({ notify: false }));
  host.write(me, 'broken.sh', '#!/bin/sh\necho oh >&2\nexit 3\n');
  host.write(me, `${EVIL}.sh`, says({ notify: false }));
  host.write('anna', 'annas_own.sh', says({ notify: false }));
});
afterAll(async () => {
  await browser?.close();
  await host?.stop();
});

function watched({ page, context }: OpenWindow): Page {
  const complaints = watchFor(page);
  onTestFinished(async () => {
    expect(await page.evaluate('document.body.dataset.hacked')).toBeUndefined();
    await context.close();
    expect(complaints).toEqual([]);
  });
  return page;
}
const openAs = async (user: string, options?: BrowserContextOptions) =>
  watched(await openWindowOf(browser, host.web, user, options));
const openAsMe = async (options?: BrowserContextOptions) => watched(await openWindowOfHost(browser, host.web, options));

const scriptOf = (page: Page, name: string) =>
  page.locator('li.script', { has: page.getByRole('heading', { name, exact: false }) });
/** Waits until the page receives live updates. */
const live = (page: Page) => page.locator('[data-live-indicator]:not(.off)', { hasText: 'Live' }).waitFor();

const title = NO_BROWSER === undefined ? 'the dashboard' : `the dashboard (${NO_BROWSER})`;

describe.skipIf(NO_BROWSER !== undefined)(title, { timeout: IN_A_BROWSER_MS }, () => {
  test('scripts are listed, run and muted, and their log is shown', async () => {
    const page = await openAsMe();
    await page.getByRole('link', { name: 'Scripts', exact: true }).click();
    await scriptOf(page, 'revenue.sh').getByText('At 09:00, Monday through Friday').waitFor();
    expect(await page.locator('li.script').count()).toBe(4);
    expect(await page.getByText('annas_own').count()).toBe(0);
    await page.getByRole('button', { name: 'Run revenue.sh' }).click();
    await page.getByText('The script ran, and its message was sent.').waitFor();
    await scriptOf(page, 'revenue.sh').getByText('6 h left').waitFor();
    await page.getByRole('button', { name: 'Run quiet.sh' }).click();
    await page.getByText('The script ran: no alert.').waitFor();
    await page.getByRole('button', { name: 'Run broken.sh' }).click();
    await page.getByText('The script failed; see its log.').waitFor();
    await page.getByRole('button', { name: 'Mute 1 h: quiet.sh' }).click();
    await scriptOf(page, 'quiet.sh').getByText('Muted until').waitFor();
    await page.getByRole('button', { name: 'Unmute quiet.sh' }).click();
    await page.getByRole('button', { name: 'Mute 1 h: quiet.sh' }).waitFor();
    await page.getByRole('link', { name: 'Log of broken.sh' }).click();
    await page.locator('pre.log', { hasText: 'broken' }).waitFor();
    // A failed script is listed first, even if others ran later.
    await page.goto('/');
    await page.getByRole('button', { name: 'Run quiet.sh' }).click();
    await page.getByText('The script ran: no alert.').waitFor();
    await page.locator('.brief li').first().getByText('broken.sh').waitFor();
  });

  test('names of scripts and chats, captions, titles and sources can’t inject markup', async () => {
    const page = await openAsMe();
    host.web.bot.sandbox.say(2, '/start', { first_name: EVIL });
    await host.web.bot.send({
      user: me,
      title: EVIL,
      text: `${EVIL} **${EVIL}**`,
      source: 'evil.sh',
      parse_mode: 'Markdown',
    });
    for (const path of [
      '/',
      '/messages',
      '/scripts',
      '/charts',
      `/scripts/log?name=${encodeURIComponent(`${EVIL}.sh`)}`,
    ]) {
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      expect(await page.locator('img[src="x"]').count(), path).toBe(0);
    }
    await page.goto('/');
    await live(page);
    await host.web.bot.send({ user: me, title: EVIL, text: EVIL });
    await page.locator('.message', { hasText: EVIL }).first().waitFor();
    await page.getByRole('button', { name: `Run ${EVIL}.sh` }).click();
    await page.getByText('The script ran: no alert.').waitFor();
  });

  test('a message of any parse mode is rendered as in Telegram, also when it arrives live', async () => {
    const page = await openAs('anna');
    await live(page);
    const text = `<b>Down</b> <a href="javascript:document.body.dataset.hacked=1">now</a> <a href="https://example.org/r">report</a>`;
    await host.web.bot.send({ user: 'anna', text, parse_mode: 'HTML' });
    for (const again of [false, true]) {
      if (again) {
        await page.reload();
        // What is sent before the page hears of it is not shown before the next look.
        await live(page);
      }
      const message = page.locator('.message', { has: page.locator('strong', { hasText: 'Down' }) });
      await message.waitFor();
      expect(await message.locator('.text').textContent()).toBe(
        'Down now (javascript:document.body.dataset.hacked=1) report',
      );
      expect(await message.getByRole('link').count()).toBe(1);
    }
    await host.web.bot.send({ user: 'anna', text: '<b>not closed <script>alert(1)</script>', parse_mode: 'HTML' });
    await page.locator('strong', { hasText: 'not closed <script>alert(1)</script>' }).waitFor();
    await host.web.bot.send({ user: 'anna', text: '*as it is*', parse_mode: 'none' });
    await page.getByText('*as it is*').waitFor();
    await host.web.bot.send({ user: 'anna', text: '||hidden|| words', parse_mode: 'MarkdownV2' });
    await page.locator('.spoiler summary').click();
    await page.getByText('hidden', { exact: true }).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  test('a message appears in every tab of its owner only, soon after Telegram accepted it', async () => {
    const anna = await openAs('anna');
    const ben = await openAs('ben');
    const second = await anna.context().newPage();
    await second.goto('/messages');
    await Promise.all([live(anna), live(ben), live(second)]);
    await host.web.bot.send({ user: 'anna', title: 'First', text: 'to warm up' });
    await anna.getByText('to warm up').waitFor();
    const times: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      const shown = anna
        .locator('.message', { hasText: `number ${count}` })
        .locator('.state.sent')
        .waitFor();
      await host.web.bot.send({ user: 'anna', text: `number ${count}` });
      const sent = performance.now();
      await shown;
      times.push(performance.now() - sent);
    }
    expect(Math.min(...times)).toBeLessThan(2_000);
    await second.getByText('number 4').waitFor();
    await host.web.bot.send({ user: 'ben', text: 'for ben' });
    await ben.getByText('for ben').waitFor();
    expect(await anna.getByText('for ben').count()).toBe(0);
    expect(await ben.getByText('number').count()).toBe(0);
  });

  test('opening the link in Telegram updates the card without a click on the page', async () => {
    const page = await openAs('newcomer');
    await live(page);
    const address = (await page.getByRole('link', { name: 'Open Telegram' }).getAttribute('href')) ?? '';
    await host.web.bot.ask(77, `/start ${new URL(address).searchParams.get('start')}`);
    await page.getByText('Linked', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Send a test' }).waitFor();
  });

  test('messages are searched while typing, and by script and state', async () => {
    const page = await openAs('ben');
    for (const [text, source] of [
      ['the harvest was good', 'farm.py'],
      ['the harvest was bad', 'farm.py'],
      ['rain tomorrow', 'weather.py'],
    ]) {
      await host.web.bot.send({ user: 'ben', text, source });
    }
    await page.goto('/messages');
    await page.getByLabel('Search').fill('harvest');
    await page.getByText('rain tomorrow').waitFor({ state: 'detached' });
    expect(await page.locator('.message').count()).toBe(2);
    expect(page.url()).toContain('q=harvest');
    await page.getByLabel('Search').fill('');
    await page.getByLabel('Script').selectOption('weather.py');
    await page.getByText('the harvest was good').waitFor({ state: 'detached' });
    await page.getByText('rain tomorrow').waitFor();
    await page.getByLabel('State').selectOption('failed');
    await page.getByText('No messages found').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByText('the harvest was good').waitFor();
  });

  test('pictures are shown only to their owner', async () => {
    const page = await openAs('anna');
    const folder = join(host.web.stateDir, '../pictures');
    mkdirSync(folder);
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const photo_path = join(folder, 'chart.png');
    writeFileSync(photo_path, png(60, 40));
    await host.web.bot.client.request('POST', '/send_photo', {
      user: 'anna',
      photo_path,
      caption: EVIL,
      id: 'a picture/1',
    });
    await page.goto('/messages');
    const picture = page.locator('.pictures img');
    await picture.waitFor();
    const address = (await picture.getAttribute('src')) ?? '';
    const loaded = `document.querySelector('.pictures img').decode().then(() => document.querySelector('.pictures img').naturalWidth)`;
    expect(await page.evaluate(loaded)).toBe(60);
    const own = await page.request.get(address);
    expect(own.headers()['content-security-policy']).toContain('sandbox');
    expect((await own.body()).equals(readFileSync(photo_path))).toBe(true);
    const ben = await openAs('ben');
    expect((await ben.request.get(address)).status()).toBe(404);
  });

  test('admins see all users’ deliveries and retry; other users get no such page', async () => {
    const ben = await openAs('ben');
    expect((await ben.goto('/admin'))?.status()).toBe(404);
    expect(await ben.getByRole('link', { name: 'All users' }).count()).toBe(0);
    host.web.bot.sandbox.block(3);
    await host.web.bot.send({ user: 'ben', title: 'Lost', text: 'never arrives' });
    const page = await openAs('boss');
    await page.getByRole('link', { name: 'All users' }).click();
    await page.getByText('never arrives').waitFor();
    await page.getByText('The bot is blocked in this chat').first().waitFor();
    expect(await findings(page)).toEqual([]);
    await keepPicture(page, 'all-users');
    host.web.bot.sandbox.restore(3);
    await page.getByRole('button', { name: 'Retry the message for ben' }).click();
    await page.getByText('The message is being sent again.').waitFor();
    await host.web.bot.sandbox.waitFor(({ text }) => text?.includes('never arrives') === true, 30_000);
  });

  test.each(WINDOWS)('axe finds no problem on scripts and charts: %s', async (name, options) => {
    const page = await openAsMe(options);
    await sendSome();
    for (const [path, picture] of [
      ['/', 'overview-with-scripts'],
      ['/scripts', 'scripts'],
      ['/scripts/log?name=revenue.sh', 'log'],
      ['/charts', 'charts'],
    ] as const) {
      await page.goto(path);
      if (path === '/') await page.locator('.brief').waitFor();
      if (path === '/charts') {
        await page.locator('.chart canvas').first().waitFor();
        // One day makes no line, so the times are shown as text.
        expect(await page.locator('.figures dd').first().textContent()).toMatch(/^\d+(\.\d)?\u00a0m?s$/);
      }
      expect(await findings(page), path).toEqual([]);
      await keepPicture(page, `${picture}-${name}`);
      expect(await isTooWide(page), path).toBe(false);
      expect(await stickingOut(page), path).toEqual([]);
    }
  });
});

/** Sends messages for the charts. */
async function sendSome(): Promise<void> {
  const { bot } = host.web;
  for (const source of ['revenue.sh', 'disk_space.sh', 'revenue.sh', 'data_freshness.py', undefined]) {
    await bot.send({ user: me, title: 'Something', text: 'to draw', ...(source && { source }) });
  }
  await bot.client.request('POST', '/mute', { user: me, script: 'disk_space.sh' });
  await bot.send({ user: me, text: 'muted', source: 'disk_space.sh' });
}
