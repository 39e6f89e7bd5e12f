import type { Assets } from '../assets.ts';
import { strings } from '../strings.ts';
import { type Html, html, none } from './parts/html.ts';
import { type FormOutcome, publicPage } from './parts/layout.ts';

const words = strings.login;

/**
 * @param options.next the page after the login
 * @param options.provider whether a login provider is set
 * @param options.command prints a one-time address on the server
 */
export function loginPage(
  assets: Assets,
  options: {
    readonly provider: boolean;
    readonly next: string;
    readonly outcome: FormOutcome;
    readonly command: string;
  },
): Html {
  const { provider, next, outcome, command } = options;
  const way = provider
    ? html`<p><a class="button wide" href="/login/oidc?next=${encodeURIComponent(next)}">${words.withProvider}</a></p>
<p class="or"><span>${words.or}</span></p>`
    : none;
  return publicPage(assets, {
    title: words.title,
    outcome,
    main: html`<div class="card login-card">
<h1>${words.title}</h1>
<p class="hint">${words.intro}</p>
${way}
<p>${words.byCommand}</p>
<pre class="command"><code>${command}</code></pre>
<p class="hint">${words.commandAfter}</p>
</div>`,
  });
}

/**
 * Asks for confirmation before a one-time address is used up, so that neither another site nor a link preview can use
 * it.
 */
export function confirmPage(assets: Assets, user: string, token: string): Html {
  return publicPage(assets, {
    title: words.title,
    main: html`<div class="card login-card">
<h1>${words.asTitle(user)}</h1>
<p class="hint">${words.as}</p>
<form method="post" action="/login/once"><input type="hidden" name="token" value="${token}">
<button class="button wide">${words.confirm(user)}</button></form>
<p class="hint">${words.other}</p>
</div>`,
  });
}
