/** Sends a form without leaving the page, so that scroll position and open elements stay. */

import { replace } from './live/swap.ts';
import { ask } from './login.ts';
import { parse } from './parse.ts';

/** Sends a form without script after an error, so that the browser shows the error. */
function fallBack(form: HTMLFormElement): void {
  form.removeAttribute('data-swap');
  form.removeAttribute('aria-busy');
  form.requestSubmit();
}

async function send(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.set(name, value);
  if (button instanceof HTMLButtonElement && button.name !== '') fields.set(button.name, button.value);
  const answer = await ask(form.action, { method: 'POST', body: fields });
  const page = parse(await answer.text());
  const fresh = page.getElementById('main');
  const main = document.getElementById('main');
  // The answer is a different page, such as the login page.
  if (fresh === null || main === null || page.body.className !== document.body.className) {
    location.assign(answer.url);
    return;
  }
  document.title = page.title;
  replace(main, fresh);
  const focus = fresh.querySelector<HTMLElement>('[autofocus]') ?? fresh;
  focus.focus({ preventScroll: focus === fresh });
  fresh.querySelector('.flash')?.scrollIntoView({ block: 'nearest' });
}

export function followForms(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== 'post') return;
    // A second click would perform the action twice.
    const isSecond = form.getAttribute('aria-busy') === 'true';
    form.setAttribute('aria-busy', 'true');
    const swaps = form.hasAttribute('data-swap');
    if (swaps || isSecond) event.preventDefault();
    if (swaps && !isSecond) send(form, event.submitter).catch(() => fallBack(form));
  });
  // Forms of a page restored by the back button can be sent again.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) for (const form of document.forms) form.removeAttribute('aria-busy');
  });
  // A click elsewhere closes an open menu.
  document.addEventListener('click', (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.user[open]')) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.user[open], details.sure[open]')) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  });
}
