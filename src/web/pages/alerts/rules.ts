import type { RulesAnswer } from '../../../shared/api/alerts/rules-answer.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json/json-object.ts';
import { strings } from '../../strings.ts';
import { each, type Html, html, none, when } from '../parts/html.ts';
import { icon } from '../parts/icons.ts';
import type { Viewer } from '../parts/layout.ts';
import { sectionMenu } from './section-menu.ts';

const words = strings.rules;

type Section = keyof typeof words.sections;

/** A value of the file on one line: `ops, user:bob`, `30s`, `after: 10m, to: ops`. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (!isJsonObject(value)) return String(value ?? '');
  return Object.entries(value)
    .map(([name, one]) => `${name}: ${shown(one)}`)
    .join(', ');
}

const objectsIn = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isJsonObject(value) ? Object.entries(value) : [];

const cell = (name: string, value: Html | string): Html => html`<td data-label="${name}"><span>${value}</span></td>`;

const table = (names: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html =>
  html`<table class="rows"><thead><tr>${each(names, (name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${each(
    rows,
    (row) => html`<tr>${each(row, (value, index) => cell(names[index] ?? '', value))}</tr>`,
  )}</tbody></table>`;

const section = (name: Section, content: Html, hint: Html = none): Html =>
  html`<section class="card flush apart" aria-labelledby="rules-${name}"><header class="card-head"><h2 id="rules-${name}">${words.sections[name]}</h2></header>${hint}${content}</section>`;

const code = (text: unknown): Html => html`<code class="condition">${shown(text)}</code>`;

/** What a route says beside the columns of its own. */
function settingsOf(route: JsonObject, apart: readonly string[]): Html {
  const others = Object.entries(route).filter(([name]) => !apart.includes(name));
  return html`<span class="settings">${others.map(([name, value]) => `${name}: ${shown(value)}`).join(' · ')}</span>`;
}

const routes = (all: readonly JsonObject[]): Html =>
  table(
    [words.name, words.when, words.to, words.settings],
    all.map((route) => [
      html`<strong>${shown(route.name)}</strong>`,
      route.when === undefined ? words.always : code(route.when),
      shown(route.to),
      settingsOf(route, ['name', 'when', 'to']),
    ]),
  );

const alerts = (all: readonly (readonly [string, unknown])[]): Html =>
  table(
    [words.name, words.to, words.settings],
    all.map(([name, entry]) => {
      const settings = isJsonObject(entry) ? entry : {};
      const off = settings.enabled === false ? html` <span class="tag">${words.off}</span>` : none;
      return [html`<strong>${name}</strong>${off}`, shown(settings.to), settingsOf(settings, ['to', 'enabled'])];
    }),
  );

const escalations = (all: readonly (readonly [string, unknown])[]): Html =>
  table(
    [words.name, words.steps],
    all.map(([name, steps]) => [
      html`<strong>${name}</strong>`,
      html`<ol class="handovers">${each(objectsIn(steps), ({ after, to }) => html`<li>${words.after} ${shown(after)}: <strong>${shown(to)}</strong></li>`)}</ol>`,
    ]),
  );

/** The sections of a file that has them, in the order in which they count. */
function sectionsOf(rules: JsonObject): Html {
  const { defaults, inhibit, templates } = rules;
  const named = (name: Section) => entriesOf(rules[name]);
  const listed = (name: Section) => objectsIn(rules[name]);
  const pairs = (name: Section, column: string) =>
    table(
      [words.name, column],
      named(name).map(([key, value]) => [html`<strong>${key}</strong>`, shown(value)]),
    );
  return html`${when(named('alerts').length > 0, () => section('alerts', alerts(named('alerts'))))}
${when(listed('routes').length > 0, () => section('routes', routes(listed('routes')), html`<p class="pad hint">${words.order}</p>`))}
${when(isJsonObject(defaults), () => section('defaults', pairs('defaults', words.settings)))}
${when(objectsIn(inhibit).length > 0, () =>
  section(
    'inhibit',
    table(
      [words.source, words.target, words.equal],
      objectsIn(inhibit).map(({ source, target, equal }) => [code(source), code(target), shown(equal)]),
    ),
  ),
)}
${when(named('escalations').length > 0, () => section('escalations', escalations(named('escalations'))))}
${when(named('times').length > 0, () => section('times', pairs('times', words.windows)))}
${when(listed('reports').length > 0, () =>
  section(
    'reports',
    table(
      [words.schedule, words.to, words.days],
      listed('reports').map(({ schedule, to, days }) => [shown(schedule), shown(to), shown(days)]),
    ),
  ),
)}
${when(entriesOf(templates).length > 0, () =>
  section(
    'templates',
    html`<div class="templates">${each(entriesOf(templates), ([name, text]) => html`<details><summary>${name}</summary><pre class="log"><code>${shown(text)}</code></pre></details>`)}</div>`,
  ),
)}`;
}

const builtIn: Html = html`<section class="card empty">${icon('check')}<p><strong>${words.builtIn}</strong></p><p class="hint">${words.builtInHint}</p></section>`;

/** What the file of rules says. */
export const rulesMain = (viewer: Viewer, { problem, rules }: RulesAnswer): Html =>
  html`<div class="title-row"><h1>${words.title}</h1>${sectionMenu(viewer, 'rules')}</div>
${problem === null ? none : html`<div class="flash bad" role="alert"><p><strong>${words.problem}</strong> ${problem}</p></div>`}
${Object.keys(rules).length === 0 ? builtIn : html`<p class="hint">${words.hint}</p>${sectionsOf(rules)}`}`;
