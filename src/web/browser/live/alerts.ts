/** Keeps the list of alerts up to date while it is in view, without disturbing what somebody types or confirms. */
import { ask } from '../login.ts';
import { elementIn } from '../parse.ts';
import { replace } from './swap.ts';

/** How often the list is loaded again: the event stream tells of messages, and not every change of an alert makes one. */
const EVERY_MS = 20_000;
/** Messages of a group of alerts come close together. */
const SOON_MS = 1_000;

/** Whether somebody is about to do something in the list. */
function isBusy(list: Element): boolean {
  const typed = [...list.querySelectorAll('input')].some(({ type, value }) => type !== 'hidden' && value !== '');
  const isOpen = list.querySelector('details[open], form[aria-busy="true"]') !== null;
  return typed || isOpen || list.contains(document.activeElement);
}

/** The list without its times, which script rewrites: what is compared. */
function contentOf(list: Element): string {
  const copy = list.cloneNode(true) as Element;
  for (const time of copy.querySelectorAll('time')) time.replaceChildren();
  return copy.innerHTML;
}

async function refresh(): Promise<void> {
  const list = document.getElementById('alerts');
  if (list === null || document.visibilityState !== 'visible' || isBusy(list)) return;
  const path = list.dataset.alerts ?? '/alerts';
  const fresh = await elementIn(await ask(`${path}${path.includes('?') ? '&' : '?'}part=list`), 'alerts');
  if (fresh === null || !list.isConnected || isBusy(list) || contentOf(fresh) === contentOf(list)) return;
  replace(list, fresh);
}

let isDue = false;

/** Loads the list again in a moment. */
export function refreshAlerts(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    void refresh().catch(() => {});
  }, SOON_MS);
}

export function followAlerts(): void {
  setInterval(refreshAlerts, EVERY_MS);
  document.addEventListener('visibilitychange', refreshAlerts);
}
