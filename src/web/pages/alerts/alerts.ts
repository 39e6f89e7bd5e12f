import type { AlertAnswer, AlertsAnswer } from '../../../shared/api/alerts/answers.ts';
import { strings } from '../../strings.ts';
import { addressOf } from '../messages.ts';
import { each, type Html, html, none, when } from '../parts/html.ts';
import { icon } from '../parts/icons.ts';
import type { Viewer } from '../parts/layout.ts';
import { alertItem } from './alert-item.ts';
import { sectionMenu } from './section-menu.ts';

const words = strings.alerts;

export type AlertState = AlertAnswer['state'];

/** The lists, in the order of the tabs. */
export const ALERT_TABS = Object.keys(words.tabs) as readonly AlertState[];

/** Which list, and which page of it. */
export interface AlertFilter {
  readonly state: AlertState;
  readonly before?: string;
}

/** How many alerts there are of each state. */
export type AlertTotals = Readonly<Record<AlertState, number>>;

/** The address of a list. */
export const alertsPath = ({ state, before }: AlertFilter): string =>
  addressOf('/alerts', { ...(state !== 'firing' && { state }), ...(before !== undefined && { before }) });

const tabs = (current: AlertState, totals: AlertTotals): Html =>
  html`<nav class="choice tabs" aria-label="${words.stateMenu}">${ALERT_TABS.map(
    (state) =>
      html`<a href="${alertsPath({ state })}" ${state === current ? html`aria-current="page"` : none}>${words.tabs[state]} <span class="count">${totals[state]}</span></a>`,
  )}</nav>`;

const empty = (state: AlertState): Html =>
  html`<div class="empty">${icon(state === 'firing' ? 'check' : 'bell')}<p><strong>${words.none[state]}</strong></p><p class="hint">${words.noneHint}</p></div>`;

function pager(found: AlertsAnswer, { state, before }: AlertFilter): Html {
  const older = found.next === null ? undefined : alertsPath({ state, before: found.next });
  return when(
    older !== undefined || before !== undefined,
    () => html`<nav class="pager" aria-label="${words.title}">
${before === undefined ? none : html`<a class="button quiet" href="${alertsPath({ state })}">${words.newest}</a>`}
${older === undefined ? none : html`<a class="button quiet" href="${older}" rel="next">${words.older}</a>`}</nav>`,
  );
}

/** The list of a state with its tabs; a live update replaces this element. */
export const alertList = (viewer: Viewer, found: AlertsAnswer, filter: AlertFilter, totals: AlertTotals): Html =>
  html`<div id="alerts" data-alerts="${alertsPath(filter)}">${tabs(filter.state, totals)}
<section class="card flush">${
    found.alerts.length === 0
      ? empty(filter.state)
      : html`<ul class="scripts">${each(found.alerts, (alert) => alertItem(viewer, alert, alertsPath(filter)))}</ul>`
  }${pager(found, filter)}</section></div>`;

/** The page of alerts. */
export const alertsMain = (viewer: Viewer, found: AlertsAnswer, filter: AlertFilter, totals: AlertTotals): Html =>
  html`<div class="title-row"><h1>${words.title}</h1>${sectionMenu(viewer, 'alerts')}</div>
${when(viewer.admin, () => html`<p class="hint">${words.allHint}</p>`)}
${alertList(viewer, found, filter, totals)}`;
