import type { Assets } from '../../assets.ts';
import type { Session } from '../../sessions/session.ts';
import { type Done, strings } from '../../strings.ts';
import { type Html, html, none, when } from './html.ts';
import { type IconName, icon } from './icons.ts';

export type PageName = keyof typeof strings.menu;

/** The viewer of a page. */
export interface Viewer {
  readonly session: Session;
  /** Whether the menu offers the admins' page. */
  readonly admin: boolean;
}

/** The result of the previous form: a keyword for success, or an error sentence. */
export interface FormOutcome {
  readonly done?: Done | undefined;
  readonly error?: string | undefined;
}

const MENU: ReadonlyArray<{ readonly name: PageName; readonly path: string; readonly icon: IconName }> = [
  { name: 'overview', path: '/', icon: 'overview' },
  { name: 'messages', path: '/messages', icon: 'messages' },
  { name: 'alerts', path: '/alerts', icon: 'bell' },
  { name: 'scripts', path: '/scripts', icon: 'scripts' },
  { name: 'destinations', path: '/destinations', icon: 'destinations' },
  { name: 'charts', path: '/charts', icon: 'charts' },
];
const ADMIN_MENU: typeof MENU = [{ name: 'admin', path: '/admin', icon: 'users' }];

/** The field of every form that names whose page it stands on: another user may have logged in since. */
export const formField = ({ session }: Viewer): Html => html`<input type="hidden" name="user" value="${session.user}">`;

/** The HTML document of a page. */
export function documentOf(assets: Assets, title: string, body: Html, extra: Html = none): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${strings.name}</title>
<link rel="stylesheet" href="${assets.path('page.css')}">
<link rel="icon" href="${assets.path('icon.svg')}" type="image/svg+xml">
<script type="module" src="${assets.path('page.js')}"></script>
${extra}
</head>
${body}
</html>`;
}

/** The result of the previous form, announced by screen readers. */
export const outcomeOf = ({ done, error }: FormOutcome): Html =>
  html`<div id="outcome" role="status">${
    error !== undefined
      ? html`<p class="flash bad">${icon('cross')} ${error}</p>`
      : done !== undefined
        ? html`<p class="flash good">${icon('check')} ${strings.done[done]}</p>`
        : none
  }</div>`;

const menuOf = (current: PageName | undefined, admin: boolean): Html => {
  const entries = admin ? [...MENU, ...ADMIN_MENU] : MENU;
  return html`<nav class="menu" aria-label="${strings.mainMenu}"><ul>${entries.map(
    ({ name, path, icon: drawing }) =>
      html`<li><a href="${path}" ${name === current ? html`aria-current="page"` : none}>${icon(drawing)}<span>${strings.menu[name]}</span></a></li>`,
  )}</ul></nav>`;
};

const userMenu = (viewer: Viewer): Html => html`<details class="user">
<summary title="${strings.you(viewer.session.user)}"><span class="avatar" aria-hidden="true">${viewer.session.user.slice(0, 1).toUpperCase()}</span><span class="name">${viewer.session.user}</span></summary>
<div class="sheet">
<a href="/settings">${strings.settings.link}</a>
<a href="/sessions">${strings.sessionsLink}</a>
<form method="post" action="/logout">${formField(viewer)}<button class="plain">${icon('leave')} ${strings.logOut}</button></form>
</div>
</details>`;

/** A page that requires a login. */
export function pageOf(
  assets: Assets,
  viewer: Viewer,
  page: {
    readonly current?: PageName;
    readonly title: string;
    readonly main: Html;
    readonly outcome?: FormOutcome;
    readonly head?: Html;
  },
): Html {
  const { current, title, main, outcome = {}, head = none } = page;
  return documentOf(
    assets,
    title,
    html`<body data-user="${viewer.session.user}">
<a class="skip" href="#main">${strings.skip}</a>
<header class="bar"><a class="brand" href="/">${icon('send')}<span>${strings.name}</span></a>${menuOf(current, viewer.admin)}${userMenu(viewer)}</header>
<main id="main" tabindex="-1">
${outcomeOf(outcome)}
${main}
</main>
<div id="toasts" role="status" aria-live="polite"></div>
</body>`,
    head,
  );
}

/** A page without a login. */
export function publicPage(
  assets: Assets,
  page: { readonly title: string; readonly main: Html; readonly outcome?: FormOutcome },
): Html {
  return documentOf(
    assets,
    page.title,
    html`<body class="login">
<main id="main" tabindex="-1"><p class="brand">${icon('send')}<span>${strings.name}</span></p>
${when(page.outcome !== undefined, () => outcomeOf(page.outcome ?? {}))}
${page.main}
</main>
</body>`,
  );
}
