import type { DayCount } from '../../shared/api/answers.ts';
import { strings } from '../strings.ts';
import { each, type Html, html, none, when } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import { byDay, byScript, type DayTally, type DayTotals, type ScriptTally } from './parts/tally.ts';

const words = strings.charts;
/** The selectable periods, days. */
export const PERIODS = [7, 30] as const;
const KINDS = ['sent', 'muted', 'failed'] as const;
/** Scripts that fit a window. */
const MOST_SCRIPTS = 15;

const sourceName = (source: string | null) =>
  source === null ? words.noScript : source === '…' ? words.others : source;

const legend = (names: ReadonlyArray<readonly [string, string]>): Html =>
  html`<ul class="legend">${each(names, ([kind, name]) => html`<li class="key ${kind}">${name}</li>`)}</ul>`;

const kindsLegend = legend(KINDS.map((kind) => [kind, words[kind]]));

const numbers = (head: readonly string[], rows: ReadonlyArray<readonly (string | number)[]>): Html =>
  html`<details class="numbers"><summary>${words.numbers}</summary><div class="wide-box" tabindex="0"><table class="rows small"><thead><tr>${each(
    head,
    (name) => html`<th scope="col">${name}</th>`,
  )}</tr></thead><tbody>${each(rows, ([first, ...rest]) => html`<tr><th scope="row">${first}</th>${each(rest, (value) => html`<td>${value}</td>`)}</tr>`)}</tbody></table></div></details>`;

/** A chart drawn by `browser/charts.ts`; days in seconds since the epoch. */
const drawing = (kind: 'stack' | 'lines', series: object): Html =>
  html`<div class="chart" data-chart="${kind}" data-series="${JSON.stringify(series)}"></div>`;

/** A line needs two days; for a single day, the times are shown as text. */
function deliveryOf(days: readonly DayTally[]): Html {
  const timed = days.filter(({ typicalMs }) => typicalMs !== undefined);
  const [only] = timed;
  if (only === undefined || timed.length > 1) {
    const series = {
      x: days.map(seconds),
      typical: days.map(({ typicalMs }) => typicalMs ?? null),
      slow: days.map(({ slowMs }) => slowMs ?? null),
    };
    return html`<figure role="img" aria-label="${words.chartOf(words.delivery)}">${drawing('lines', series)}</figure>`;
  }
  const time = (kind: 'typical' | 'slow', took: number | undefined) =>
    html`<div><dt class="key ${kind}">${words[kind]}</dt><dd>${strings.duration(took ?? 0)}</dd></div>`;
  return html`<dl class="figures">${time('typical', only.typicalMs)}${time('slow', only.slowMs)}</dl><p class="hint">${words.oneDay}</p>`;
}

const seconds = ({ day }: DayTally) => Date.parse(`${day}T00:00:00Z`) / 1000;

function dayCard(days: readonly DayTally[]): Html {
  const series = {
    x: days.map(seconds),
    ...Object.fromEntries(KINDS.map((kind) => [kind, days.map((day) => day[kind])])),
  };
  const rows = days
    .filter(({ sent, muted, failed }) => sent + muted + failed > 0)
    .map((day) => [day.day, ...KINDS.map((kind) => day[kind])]);
  return html`<section class="card"><header class="card-head"><h2>${words.byDay}</h2>${kindsLegend}</header>
<figure role="img" aria-label="${words.chartOf(words.byDay)}">${drawing('stack', series)}</figure>
${numbers([words.day, ...KINDS.map((kind) => words[kind])], rows.reverse())}</section>`;
}

/** A bar of three parts, drawn with SVG attributes, because the policy forbids inline styles. */
function bar(tally: DayTotals, most: number): Html {
  let x = 0;
  const parts = KINDS.map((kind) => {
    const width = (tally[kind] / most) * 100;
    const part = html`<rect class="${kind}" x="${x}" width="${width}" height="10"/>`;
    x += width;
    return width > 0 ? part : none;
  });
  return html`<svg class="part-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts}</svg>`;
}

function scriptCard(scripts: readonly ScriptTally[]): Html {
  const shown = scripts.slice(0, MOST_SCRIPTS);
  const most = Math.max(1, ...shown.map(({ sent, muted, failed }) => sent + muted + failed));
  const row = (tally: ScriptTally) =>
    html`<tr><th scope="row">${sourceName(tally.source)}</th><td class="bar-cell">${bar(tally, most)}</td>${each(KINDS, (kind) => html`<td class="number">${tally[kind] === 0 ? html`<span class="hint">0</span>` : tally[kind]}</td>`)}</tr>`;
  return html`<section class="card flush"><header class="card-head"><h2>${words.byScript}</h2>${kindsLegend}</header>
<div class="wide-box"><table class="rows bars"><thead><tr><th scope="col">${words.script}</th><td></td>${each(KINDS, (kind) => html`<th scope="col" class="number">${words[kind]}</th>`)}</tr></thead><tbody>${each(shown, row)}</tbody></table></div></section>`;
}

function deliveryCard(days: readonly DayTally[]): Html {
  const rows = days.flatMap(({ day, typicalMs, slowMs }) =>
    typicalMs === undefined ? [] : [[day, strings.duration(typicalMs), strings.duration(slowMs ?? 0)]],
  );
  return html`<section class="card"><header class="card-head"><h2>${words.delivery}</h2>${legend([
    ['typical', words.typical],
    ['slow', words.slow],
  ])}</header><p class="hint">${words.deliveryHint}</p>
${deliveryOf(days)}
${when(rows.length > 0, () => numbers([words.day, words.typical, words.slow], rows.reverse()))}</section>`;
}

const periods = (days: number): Html =>
  html`<nav class="choice" aria-label="${words.period}">${each(
    PERIODS,
    (period) =>
      html`<a href="/charts?days=${period}" ${period === days ? html`aria-current="true"` : none}>${words.days(period)}</a>`,
  )}</nav>`;

/** The page of charts. @param today such as `2026-01-30` */
export function chartsMain(counts: readonly DayCount[], days: number, today: string): Html {
  const tallies = byDay(counts, days, today);
  const content =
    counts.length === 0
      ? html`<div class="card empty">${icon('charts')}<p><strong>${words.none}</strong></p><p class="hint">${words.noneHint}</p></div>`
      : html`<div class="stack">${dayCard(tallies)}${scriptCard(byScript(counts))}${deliveryCard(tallies)}</div>`;
  return html`<div class="title-row"><h1>${words.title}</h1>${periods(days)}</div>${content}`;
}
