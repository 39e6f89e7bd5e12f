import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findings, isTooWide, stickingOut, WINDOWS, watchFor } from './support/axe.ts';
import { IN_A_BROWSER_MS, keepPicture, NO_BROWSER, openBrowser, openWindowOf } from './support/browser.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/alerts.yaml');
const folder = mkdtempSync(join(tmpdir(), 'notify-web-rules-'));
const alertsFile = join(folder, 'alerts.yaml');
let web: RunningWeb;
let browser: Browser;
beforeAll(async () => {
  copyFileSync(EXAMPLE, alertsFile);
  web = await startWeb({ bot: { settings: { alertsFile } }, settings: { admins: ['ada'] } });
  web.bot.people.add('anna', 'ada', 'zoe');
  if (NO_BROWSER === undefined) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await web.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('everybody sees who is on call and the next handovers; only admins change that', async () => {
  const anna = await web.visitor('anna');
  const { text } = await anna.get('/alerts/on-call');
  expect(text).toContain('primary');
  expect(text).toContain('Next handovers');
  expect(text).not.toContain('/alerts/on-call/override');
  expect(text).not.toContain('href="/alerts/rules"');
  const form = { rotation: 'primary', person: 'zoe', until: '1d' };
  expect((await anna.submit('/alerts/on-call', '/alerts/on-call/override', form)).status).toBe(404);
  expect((await anna.submit('/alerts/on-call', '/alerts/on-call/clear', form)).status).toBe(404);
  expect((await anna.get('/alerts/rules')).status).toBe(404);
});

test('an admin lets somebody stand in, and ends it', async () => {
  const ada = await web.visitor('ada');
  const change = (path: string, fields: Readonly<Record<string, string>>) =>
    ada.submit('/alerts/on-call', `/alerts/on-call/${path}`, { rotation: 'primary', ...fields });
  const done = await change('override', { person: ' zoe ', until: '12h' });
  expect(done.text).toContain('Saved: the page shows who stands in.');
  expect(done.text).toContain('<strong>zoe</strong>');
  const refused = await change('override', { person: 'nb-nobody-has-this', until: '12h' });
  expect(refused.text).toContain('this host has no account named nb-nobody-has-this');
  expect((await change('clear', {})).text).not.toContain('<strong>zoe</strong>');
});

test('a form from another site changes nothing', async () => {
  const ada = await web.visitor('ada');
  const { status } = await ada.request('/alerts/on-call/override', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    body: 'user=ada&rotation=primary&person=zoe&until=1d',
  });
  expect(status).toBe(403);
});

test('an admin sees the rules, and what is wrong with the file', async () => {
  const ada = await web.visitor('ada');
  const { text } = await ada.get('/alerts/rules');
  for (const piece of ['security', 'category == &#39;security&#39;', 'rotation:primary', 'Escalations', 'Templates']) {
    expect(text).toContain(piece);
  }
  writeFileSync(alertsFile, 'routes:\n  - {name: <b>, when: "((("}\n');
  onTestFinished(async () => {
    copyFileSync(EXAMPLE, alertsFile);
    await web.bot.app.reloadRules();
  });
  await web.bot.app.reloadRules();
  const wrong = await ada.get('/alerts/rules');
  expect(wrong.text).toContain('The file has a mistake, so the rules from before are in force.');
  expect(wrong.text).toContain('line 2');
  expect(wrong.text).not.toContain('<b>');
  expect(wrong.text).toContain('rotation:primary');
});

test('without a file the pages say so', async () => {
  const other = await startWeb({
    bot: { settings: { alertsFile: join(folder, 'none.yaml') } },
    settings: { admins: ['ada'] },
  });
  onTestFinished(() => other.stop());
  const ada = await other.visitor('ada');
  expect((await ada.get('/alerts/rules')).text).toContain('The built-in rules are in force');
  expect((await ada.get('/alerts/on-call')).text).toContain('No rotations');
});

const title = NO_BROWSER === undefined ? 'in a browser' : `in a browser (${NO_BROWSER})`;

describe.skipIf(NO_BROWSER !== undefined)(title, { timeout: IN_A_BROWSER_MS }, () => {
  test.each(WINDOWS)('axe finds no problem: %s', async (kind, options) => {
    const { page, context } = await openWindowOf(browser, web, 'ada', options);
    const complaints = watchFor(page);
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    await page.goto('/alerts/on-call');
    await page.getByLabel('Who stands in on primary').fill('zoe');
    await page.getByRole('button', { name: 'Let somebody stand in on primary' }).click();
    await page.getByRole('heading', { name: 'Standing in' }).waitFor();
    for (const path of ['on-call', 'rules']) {
      await page.goto(`/alerts/${path}`);
      await page.locator('main h1').waitFor();
      expect(await findings(page), path).toEqual([]);
      expect(await isTooWide(page), path).toBe(false);
      expect(await stickingOut(page), path).toEqual([]);
      await keepPicture(page, `${path}-${kind}`);
    }
    await page.goto('/alerts/on-call');
    await page.getByRole('button', { name: 'End all overrides of primary' }).click();
    await page.getByRole('heading', { name: 'Standing in' }).waitFor({ state: 'detached' });
  });

  test('the longest menu fits windows of each width', async () => {
    const { page, context } = await openWindowOf(browser, web, 'ada');
    onTestFinished(() => context.close());
    await page.goto('/alerts/on-call');
    for (const width of [320, 360, 700, 720, 800, 930, 1000, 1060, 1200, 1290]) {
      await page.setViewportSize({ width, height: 700 });
      expect(await isTooWide(page), `${width} px`).toBe(false);
      const cut =
        "[...document.querySelectorAll('.menu a')].some((one) => one.getBoundingClientRect().right > innerWidth + 0.5)";
      expect(await page.evaluate(cut), `${width} px`).toBe(false);
    }
  });
});
