import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const require = createRequire(import.meta.url);
/** The small build: its source goes to every page that is looked at. */
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Waits for what is fading in: until then its colours are others. */
const STILL = `Promise.allSettled(
  document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations < Infinity).map((one) => one.finished),
)`;

/** The findings of all axe rules on a page: contrast, names, order, structure. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(STILL);
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
  const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
    violations: readonly Finding[];
  };
  return violations.map(({ id, help, nodes }) => `${id}: ${help} ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Whether a page scrolls horizontally. */
export const isTooWide = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** Controls that overflow their card, or are too small for their text. */
export const stickingOut = (page: Page): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll('.card :is(.button, input, .tag, .pill)')]
    .filter((one) => one.checkVisibility() && one.closest('.wide-box') === null)
    .filter((one) => {
      const card = one.closest('.card');
      const edge = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight);
      return one.getBoundingClientRect().right > edge + 0.5 || (one.matches('.button') && one.scrollWidth > one.clientWidth);
    })
    .map((one) => one.outerHTML)`);

/** Collects script errors and violations of the content security policy. */
export function watchFor(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // The browser also logs error statuses that a test provokes.
    if (message.type() === 'error' && !message.text().includes('the server responded')) complaints.push(message.text());
  });
  return complaints;
}

/** The windows in which pages are checked. */
export const WINDOWS = [
  ['light', { viewport: { width: 1280, height: 860 } }],
  ['dark', { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' }],
  ['phone', { viewport: { width: 360, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
] as const;
