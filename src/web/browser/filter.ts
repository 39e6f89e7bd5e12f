/** Filters messages while the user types. */

import { replace } from './live/swap.ts';
import { ask } from './login.ts';
import { elementIn } from './parse.ts';

const PAUSE_MS = 250;
const RESULTS = 'results';

let latest = 0;

async function show(form: HTMLFormElement): Promise<void> {
  latest += 1;
  const own = latest;
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && value.trim() !== '') query.set(name, value.trim());
  }
  const path = new URL(form.action).pathname;
  const address = query.size === 0 ? path : `${path}?${query}`;
  query.set('part', '1');
  const fresh = await elementIn(await ask(`${path}?${query}`), RESULTS);
  const old = document.getElementById(RESULTS);
  // A later request has replaced this one.
  if (fresh === null || old === null || own !== latest) return;
  history.replaceState(null, '', address);
  replace(old, fresh);
}

/** Reloads the results of the current filter. */
export function showAgain(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-filter]');
  if (form !== null) show(form).catch(() => {});
}

export function followFilter(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (event: Event, ms: number) => {
    const form = event.target instanceof Element ? event.target.closest('form') : null;
    if (form === null || !form.hasAttribute('data-filter')) return false;
    clearTimeout(timer);
    timer = setTimeout(() => show(form).catch(() => {}), ms);
    return true;
  };
  document.addEventListener('input', (event) => later(event, PAUSE_MS));
  document.addEventListener('submit', (event) => {
    if (later(event, 0)) event.preventDefault();
  });
}
