/** A real browser: Debian's Chromium. Without it, the tests that need it are skipped with a reason. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { RunningWeb } from './running-web.ts';

const PROGRAM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const SCREENSHOTS = join(import.meta.dirname, '../../../screenshots');

/** The reason why there is no browser, or `undefined`. */
export const NO_BROWSER = PROGRAM === undefined ? 'Chromium is not installed: apt-get install chromium' : undefined;

export async function openBrowser(): Promise<Browser> {
  if (PROGRAM === undefined) throw new Error(NO_BROWSER);
  // The browser's own sandbox does not work as root and in containers.
  return await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox', '--disable-gpu'] });
}

/** A user in a new browser window, logged in by the provider. */
export async function logIn(
  browser: Browser,
  web: RunningWeb,
  user: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  web.provider.person = { email: `${user}@example.org`, email_verified: true };
  const context = await browser.newContext({ baseURL: web.url, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.goto('/login');
  await page.getByRole('link', { name: 'Log in with your organisation' }).click();
  await page.locator(`body[data-user="${user}"]`).waitFor();
  return { page, context };
}

/** The current user, logged in by a one-time address. */
export async function logInByAddress(
  browser: Browser,
  web: RunningWeb,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const context = await browser.newContext({ baseURL: web.url, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.goto(await web.oneTimeAddress());
  await page.getByRole('button', { name: 'Log in as' }).click();
  await page.locator('body[data-user]').waitFor();
  return { page, context };
}

/** Stores a screenshot of a page in `screenshots/`. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
