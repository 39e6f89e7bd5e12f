/** A real browser: Debian's Chromium. Without it, the tests that need it are skipped with a reason. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Visitor } from '../../support/network/visitor.ts';
import type { RunningWeb } from './running-web.ts';

const find = (...names: readonly string[]) => names.map((name) => `/usr/bin/${name}`).find(existsSync);

/** With all that a window has, such as notifications. */
const WHOLE = find('chromium', 'chromium-browser', 'google-chrome');
/** Without windows, a page costs a third of the processor time. */
const SMALL = find('chromium-headless-shell') ?? WHOLE;
const SCREENSHOTS = join(import.meta.dirname, '../../../screenshots');

const missing = (name: string) => `Chromium is not installed: apt-get install ${name}`;
/** Why there is no browser, or `undefined`. */
export const NO_BROWSER = SMALL === undefined ? missing('chromium-headless-shell') : undefined;
/** Why there is none with windows, or `undefined`. */
export const NO_WINDOWS = WHOLE === undefined ? missing('chromium') : undefined;

/** A page takes several seconds of processor time, which a busy machine gives slowly. */
export const IN_A_BROWSER_MS = 120_000;

/** @param kind `whole` for what only a browser with windows has */
export async function openBrowser(kind: 'small' | 'whole' = 'small'): Promise<Browser> {
  const executablePath = kind === 'small' ? SMALL : WHOLE;
  if (executablePath === undefined) throw new Error(kind === 'small' ? NO_BROWSER : NO_WINDOWS);
  // Root, and containers, can't make the browser's own sandbox.
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

/** Those of the dashboard's own cookie. */
const ATTRIBUTES = { secure: true, httpOnly: true, sameSite: 'Lax' } as const;

export interface OpenWindow {
  readonly page: Page;
  readonly context: BrowserContext;
}

/** A window on the first page, with the log-in of somebody who logged in without a browser. */
async function openWindow(
  browser: Browser,
  visitor: Visitor,
  web: RunningWeb,
  options: BrowserContextOptions,
): Promise<OpenWindow> {
  const context = await browser.newContext({ baseURL: web.url, locale: 'en-GB', ...options });
  // Chromium takes a Secure cookie only from an address of https, and sends it to 127.0.0.1 all the same.
  const url = web.url.replace('http:', 'https:');
  const cookies = visitor
    .cookies()
    .split('; ')
    .map((pair) => {
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url, ...ATTRIBUTES };
    });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.goto('/');
  await page.locator('body[data-user]').waitFor();
  return { page, context };
}

/** A window of a user who logged in at the provider. */
export async function openWindowOf(
  browser: Browser,
  web: RunningWeb,
  user: string,
  options: BrowserContextOptions = {},
): Promise<OpenWindow> {
  return await openWindow(browser, await web.visitor(user), web, options);
}

/** A window of the account that runs the test, who logged in with a one-time address. */
export async function openWindowOfHost(
  browser: Browser,
  web: RunningWeb,
  options: BrowserContextOptions = {},
): Promise<OpenWindow> {
  const visitor = web.stranger();
  await visitor.post('/login/once', { token: new URL(await web.oneTimeAddress()).pathname.split('/').at(-1) ?? '' });
  return await openWindow(browser, visitor, web, options);
}

/** Logs in with the provider, on the page that is open. */
export async function logIn(page: Page, web: RunningWeb, user: string): Promise<void> {
  web.bot.people.add(user);
  web.provider.person = { email: `${user}@example.org`, email_verified: true };
  await page.goto('/login');
  await page.getByRole('link', { name: 'Log in with your organisation' }).click();
  await page.locator(`body[data-user="${user}"]`).waitFor();
}

/** Keeps a picture of a page in `screenshots/`, if the environment has `SCREENSHOTS`: it takes a second each time. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS === undefined) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
