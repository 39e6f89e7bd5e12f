import { strings } from '../strings.ts';
import { type Html, html, none } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import { formField, type Viewer } from './parts/layout.ts';

const words = strings.programs;

/** A program whose key was just created. */
export interface NewProgram {
  readonly name: string;
  /** Shown once. A secret. */
  readonly key: string;
}

const keyOf = ({ name, key }: NewProgram): Html => html`<div role="status"><h3>${words.keyOf(name)}</h3>
<p class="hint">${words.once}</p>
<pre class="command"><code>${key}</code></pre></div>`;

/** The form that adds a program. @param made the program added by the previous form */
export const programsPart = (
  viewer: Viewer,
  made: NewProgram | undefined,
): Html => html`<section class="card apart" aria-labelledby="programs-title"><header class="card-head"><h2 id="programs-title">${words.title}</h2></header>
<p class="hint">${words.intro}</p>
${made === undefined ? none : keyOf(made)}
<form class="filter" method="post" action="/sessions/programs">${formField(viewer)}
<div class="field grow"><label for="program-name">${words.name}</label><input id="program-name" name="name" maxlength="40" required autocomplete="off"></div>
<button class="button quiet">${icon('send')} ${words.add}</button></form></section>`;
