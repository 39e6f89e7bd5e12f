/** Browser notifications, shown by a real browser; a hook records them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { findings, watchFor } from './support/axe.ts';
import { IN_A_BROWSER_MS, NO_WINDOWS, openBrowser, openWindowOf } from './support/browser.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

/** Longer than a tab waits for another one's answer that it is in view. */
const SETTLED_MS = 1_000;

const WRITE_DOWN = `
  const focus = window.focus.bind(window);
  window.focus = () => { sessionStorage.focused = 'yes'; focus(); };
  window.notified = [];
  window.Notification = new Proxy(Notification, {
    construct(target, [title, options]) {
      const made = new target(title, options);
      const entry = { title, body: options.body, silent: options.silent, shown: false, made };
      made.addEventListener('show', () => { entry.shown = true; });
      window.notified.push(entry);
      return made;
    },
  });`;

interface Notified {
  readonly title: string;
  readonly body: string;
  readonly silent: boolean;
  readonly shown: boolean;
}

let web: RunningWeb;
let browser: Browser;
beforeAll(async () => {
  if (NO_WINDOWS !== undefined) return;
  [web, browser] = await Promise.all([
    startWeb({ bot: { links: { anna: 1, ben: 2, carl: 3 } } }),
    openBrowser('whole'),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await web?.stop();
});

const live = (page: Page) => page.locator('[data-live-indicator]:not(.off)', { hasText: 'Live' }).waitFor();
const notified = (page: Page) => page.evaluate('notified.map(({ made, ...rest }) => rest)') as Promise<Notified[]>;

/** A user at a computer: their tabs, and another page. */
async function sitDown(user: string, permission: 'granted' | 'denied') {
  const { page, context } = await openWindowOf(browser, web, user);
  const complaints = watchFor(page);
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  // Permissions that are not granted are denied.
  await context.grantPermissions(permission === 'granted' ? ['notifications'] : []);
  await context.addInitScript(WRITE_DOWN);
  await page.reload();
  await live(page);
  const other = await context.newPage();
  /** Brings a tab to the front. The test browser focuses every tab, so the focus is removed from the others. */
  const lookAt = async (tab: Page) => {
    await tab.bringToFront();
    for (const behind of context.pages().filter((one) => one !== tab)) {
      const session = await context.newCDPSession(behind);
      await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
      await session.detach();
    }
  };
  const openTab = async (path: string) => {
    const tab = await context.newPage();
    await tab.goto(path);
    return tab;
  };
  return { page, openTab, lookAt, lookAway: () => lookAt(other) };
}

const title = NO_WINDOWS === undefined ? 'notifications' : `notifications (${NO_WINDOWS})`;

describe.skipIf(NO_WINDOWS !== undefined)(title, { timeout: IN_A_BROWSER_MS }, () => {
  test('a message is shown as plain text while the page is in the background; a muted one is not', async () => {
    const { page, lookAt, lookAway } = await sitDown('anna', 'granted');
    await lookAt(page);
    await page.getByRole('button', { name: 'Notify me here' }).click();
    await page.getByRole('button', { name: 'Don’t notify me here' }).waitFor();
    await web.bot.send({ user: 'anna', text: 'while she looks' });
    await page.getByText('while she looks').waitFor();
    await lookAway();
    const text =
      'Down **12 %**, see [the report](https://example.org).\n\n| shop | change |\n|---|---|\n| Berlin | -14 % |';
    await web.bot.send({ user: 'anna', title: 'Revenue', text });
    await waitFor(async () => (await notified(page))[0]?.shown);
    await web.bot.client.request('POST', '/mute', { user: 'anna', script: 'muted.sh' });
    await web.bot.send({ user: 'anna', text: 'held back', source: 'muted.sh' });
    await page.getByText('held back').waitFor();
    await web.bot.send({
      user: 'anna',
      text: '<b>all</b> &amp; <tg-spoiler>well</tg-spoiler>',
      parse_mode: 'HTML',
      severity: 'low',
    });
    await waitFor(async () => (await notified(page)).length > 1);
    await sleep(SETTLED_MS);
    expect(await notified(page)).toEqual([
      {
        title: 'Revenue',
        body: 'Down 12 %, see the report.\nshop    change\n──────  ──────\nBerlin  -14 %',
        silent: false,
        shown: true,
      },
      { title: 'Message', body: 'all & …', silent: true, shown: true },
    ]);
    expect(await page.title()).toMatch(/^\(2\) /);
    await lookAt(page);
    await waitFor(async () => !(await page.title()).startsWith('('));
    await page.getByRole('button', { name: 'Don’t notify me here' }).click();
    await lookAway();
    await web.bot.send({ user: 'anna', text: 'no more' });
    await page.getByText('no more').waitFor();
    await sleep(SETTLED_MS);
    expect((await notified(page)).length).toBe(2);
  });

  test('several tabs show one notification, and none while one of them is in view; clicking it opens the message', async () => {
    const { page, openTab, lookAt, lookAway } = await sitDown('ben', 'granted');
    await lookAt(page);
    await page.getByRole('button', { name: 'Notify me here' }).click();
    const messages = await openTab('/messages');
    const charts = await openTab('/charts');
    await lookAt(messages);
    await messages.getByRole('button', { name: 'Don’t notify me here' }).waitFor();
    const count = async () => {
      const each = await Promise.all([page, messages, charts].map(notified));
      return each.flat().length;
    };
    await web.bot.send({ user: 'ben', text: 'he looks at another tab' });
    await messages.getByText('he looks at another tab').waitFor();
    await sleep(SETTLED_MS);
    expect(await count()).toBe(0);
    await lookAway();
    await web.bot.send({ user: 'ben', text: 'nobody looks' });
    await waitFor(async () => (await count()) > 0);
    await sleep(SETTLED_MS);
    expect(await count()).toBe(1);
    await page.close();
    const next = await waitFor(async () => {
      await web.bot.send({ user: 'ben', text: 'another tab took over' });
      const tabs = [messages, charts];
      const counts = await Promise.all(tabs.map(async (tab) => (await notified(tab)).length));
      return tabs[counts.findIndex((made) => made > 0)];
    });
    await next.evaluate('notified.at(-1).made.dispatchEvent(new Event("click"))');
    const message = next.locator('.message', { hasText: 'another tab took over' }).first();
    await message.waitFor();
    expect((await message.boundingBox())?.y).toBeLessThan(720);
    expect(await next.evaluate('sessionStorage.focused')).toBe('yes');
  });

  test('a sentence reports that the browser blocks notifications', async () => {
    const { page, lookAt } = await sitDown('carl', 'denied');
    await lookAt(page);
    await page.getByRole('button', { name: 'Notify me here' }).click();
    await page.getByText('This browser blocks notifications from this page.').waitFor();
    expect(await findings(page)).toEqual([]);
    await web.bot.send({ user: 'carl', text: 'none' });
    await page.getByText('none').waitFor();
    expect(await notified(page)).toEqual([]);
  });
});
