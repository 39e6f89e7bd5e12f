import type { Assets } from '../assets.ts';
import { strings } from '../strings.ts';
import { type Html, html, none } from './parts/html.ts';
import { doorPage, type FormOutcome } from './parts/layout.ts';

const words = strings.login;

/** @param next where to go afterwards. @param provider whether there is one to log in with */
export function loginPage(
  assets: Assets,
  options: { readonly provider: boolean; readonly next: string; readonly outcome: FormOutcome },
): Html {
  const { provider, next, outcome } = options;
  const way = provider
    ? html`<p><a class="button wide" href="/login/oidc?next=${encodeURIComponent(next)}">${words.withProvider}</a></p>
<p class="or"><span>${words.or}</span></p>`
    : none;
  return doorPage(assets, {
    title: words.title,
    outcome,
    main: html`<div class="card door-card">
<h1>${words.title}</h1>
<p class="hint">${words.intro}</p>
${way}
<p>${words.byCommand}</p>
<pre class="command"><code>${words.command}</code></pre>
<p class="hint">${words.commandAfter}</p>
</div>`,
  });
}

/** Asks before a one-time address is used up, so that no other page can log anybody in, and no preview uses it. */
export function confirmPage(assets: Assets, user: string, token: string): Html {
  return doorPage(assets, {
    title: words.title,
    main: html`<div class="card door-card">
<h1>${words.asTitle(user)}</h1>
<p class="hint">${words.as}</p>
<form method="post" action="/login/once"><input type="hidden" name="token" value="${token}">
<button class="button wide">${words.confirm(user)}</button></form>
<p class="hint">${words.other}</p>
</div>`,
  });
}
