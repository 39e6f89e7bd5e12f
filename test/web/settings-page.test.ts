import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findings, isTooWide, stickingOut, WINDOWS, watchFor } from './support/axe.ts';
import { IN_A_BROWSER_MS, keepPicture, NO_BROWSER, openBrowser, openWindowOf } from './support/browser.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

let web: RunningWeb;
let browser: Browser;
beforeAll(async () => {
  web = await startWeb();
  web.bot.people.add('anna', 'ben');
  if (NO_BROWSER === undefined) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await web.stop();
});

const settingsOf = async (user: string) => (await web.bot.client.request('GET', `/settings?user=${user}`)).body;

test('a user sees and changes their own settings', async () => {
  const anna = await web.visitor('anna');
  expect((await anna.get('/settings')).text).toContain('Without one the server’s counts');
  const saved = await anna.submit('/settings', '/settings', {
    timezone: 'europe/berlin',
    quiet: '22:00-07:00 mon-fri',
    digest: '15m',
  });
  expect(saved.text).toContain('Saved.');
  expect(await settingsOf('anna')).toMatchObject({
    timezone: 'Europe/Berlin',
    quiet: '22:00-07:00 mon-fri',
    digest: '15m',
  });
  expect(await settingsOf('ben')).toMatchObject({ timezone: null, quiet: null, digest: null });
  await anna.submit('/settings', '/settings', { timezone: '', quiet: '', digest: '' });
  expect(await settingsOf('anna')).toMatchObject({ timezone: null, quiet: null, digest: null });
});

test('a wrong value is named, changes nothing, and stays in its field', async () => {
  const anna = await web.visitor('anna');
  const { text } = await anna.submit('/settings', '/settings', { timezone: 'UTC', quiet: '<25:00>', digest: '15m' });
  expect(text).toContain('quiet: &quot;&lt;25:00&gt;&quot;');
  expect(text).toContain('value="&lt;25:00&gt;"');
  expect(await settingsOf('anna')).toMatchObject({ timezone: null, quiet: null, digest: null });
});

const title = NO_BROWSER === undefined ? 'in a browser' : `in a browser (${NO_BROWSER})`;

describe.skipIf(NO_BROWSER !== undefined)(title, { timeout: IN_A_BROWSER_MS }, () => {
  test.each(WINDOWS)('saves what is typed, and axe finds no problem: %s', async (kind, options) => {
    const { page, context } = await openWindowOf(browser, web, 'ben', options);
    const complaints = watchFor(page);
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    await page.goto('/settings');
    await page.getByLabel('Quiet hours').fill('22:00-07:00 mon-fri');
    await page.getByLabel('Digest').fill('15m');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    expect(await stickingOut(page)).toEqual([]);
    await keepPicture(page, `settings-${kind}`);
    expect(await settingsOf('ben')).toMatchObject({ quiet: '22:00-07:00 mon-fri', digest: '15m' });
  });
});
