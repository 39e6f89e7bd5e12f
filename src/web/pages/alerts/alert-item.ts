import type { AlertAnswer } from '../../../shared/api/alerts/answers.ts';
import { strings } from '../../strings.ts';
import { linkTo } from '../link.ts';
import { each, type Html, html, none, when } from '../parts/html.ts';
import { type IconName, icon } from '../parts/icons.ts';
import { formField, type Viewer } from '../parts/layout.ts';
import { ago, atMinute } from '../parts/times.ts';

const words = strings.alerts;

const LOOKS: Readonly<Record<AlertAnswer['state'], { readonly tone: string; readonly icon: IconName }>> = {
  firing: { tone: 'failed', icon: 'bell' },
  acknowledged: { tone: 'queued', icon: 'check' },
  silenced: { tone: 'muted', icon: 'quiet' },
  resolved: { tone: 'sent', icon: 'check' },
};
const URGENT: ReadonlySet<string> = new Set(['high', 'critical', 'error', 'page', 'fatal', 'emergency']);
const own = (texts: Readonly<Record<string, string>>, ...names: readonly string[]): string | undefined =>
  names.map((name) => (Object.hasOwn(texts, name) ? texts[name] : undefined)).find((text) => text?.trim());

/** What to call an alert. */
const titleOf = ({ labels, annotations }: AlertAnswer): string =>
  own(annotations, 'title', 'summary') ?? own(labels, 'alertname', 'alert', 'key') ?? words.untitled;

const fact = (what: string, value: Html | string): Html => html`<div><dt>${what}</dt><dd>${value}</dd></div>`;

const list = (names: readonly string[]): string => names.join(', ');

function times({ state, starts_at: since, ends_at: end }: AlertAnswer): Html {
  if (state !== 'resolved' || end === undefined) return fact(words.since, ago(since));
  const lasted = Math.max(0, Date.parse(end) - Date.parse(since));
  return html`${fact(words.until, ago(end))}${fact(words.lasted, strings.duration(lasted))}`;
}

/** The labels that the head does not show: its name too where the title is another, since commands take the name. */
const labelChips = (alert: AlertAnswer): Html => {
  const title = titleOf(alert);
  const shown = Object.entries(alert.labels).filter(
    ([name, value]) => name !== 'severity' && !(name === 'alertname' && value === title),
  );
  return when(
    shown.length > 0,
    () =>
      html`<ul class="chips" aria-label="${words.labels}">${each(shown, ([name, value]) => html`<li class="tag" title="${name}=${value}">${name}=${value}</li>`)}</ul>`,
  );
};

/** Who takes care, and until when; what they said stands among the comments. */
function standing({ state, acknowledgement, silence }: AlertAnswer): Html {
  if (state === 'resolved') return none;
  return html`${
    acknowledgement === undefined
      ? none
      : html`<p class="hint">${words.acknowledgedBy(acknowledgement.by)} ${words.ends} ${atMinute(acknowledgement.until)}</p>`
  }${silence === undefined ? none : html`<p class="hint">${words.silencedBy(silence.by)} ${words.ends} ${atMinute(silence.until)}</p>`}`;
}

const comments = ({ comments: said }: AlertAnswer): Html =>
  when(
    said.length > 0,
    () =>
      html`<ul class="comments" aria-label="${words.comments}">${each(said, ({ by, at, text }) => html`<li><strong>${by}</strong> <span class="hint">${ago(at)}</span><br>${text}</li>`)}</ul>`,
  );

/** The fields that every form of an alert has. @param back the list to return to */
const hidden = (viewer: Viewer, { fingerprint, owner }: AlertAnswer, back: string): Html =>
  html`${formField(viewer)}<input type="hidden" name="fingerprint" value="${fingerprint}"><input type="hidden" name="owner" value="${owner}"><input type="hidden" name="back" value="${back}">`;

/** A form with one button. */
const action = (fields: Html, path: string, name: string, label: string, drawing: IconName): Html =>
  html`<form method="post" action="/alerts/${path}" data-swap>${fields}<button class="button quiet small" aria-label="${label}">${icon(drawing)} ${name}</button></form>`;

const silenceForm = (fields: Html, title: string): Html =>
  html`<form class="row" method="post" action="/alerts/silence" data-swap>${fields}<select name="for" class="small" aria-label="${words.silenceFor(title)}">${each(
    Object.entries(words.durations),
    ([value, name]) => html`<option value="${value}">${name}</option>`,
  )}</select><button class="button quiet small" aria-label="${words.silenceOf(title)}">${icon('quiet')} ${words.silence}</button></form>`;

const commentForm = (fields: Html, title: string): Html =>
  html`<form class="row" method="post" action="/alerts/comment" data-swap>${fields}<input name="text" class="small" maxlength="500" required autocomplete="off" placeholder="${words.commentHint}" aria-label="${words.commentText(title)}"><button class="button quiet small" aria-label="${words.commentOf(title)}">${icon('messages')} ${words.comment}</button></form>`;

const resolveForm = (fields: Html, title: string): Html =>
  html`<details class="sure"><summary class="button quiet small" aria-label="${words.resolveOf(title)}"><span class="closed">${words.resolve}</span><span class="opened">${words.resolveNo}</span></summary>
<form method="post" action="/alerts/resolve" data-swap>${fields}<p>${words.resolveSure}</p><button class="button danger small">${words.resolveYes}</button></form></details>`;

function actions(viewer: Viewer, alert: AlertAnswer, back: string): Html {
  const fields = hidden(viewer, alert, back);
  const title = titleOf(alert);
  const { state } = alert;
  if (state === 'resolved') return html`<div class="actions">${commentForm(fields, title)}</div>`;
  const acknowledgement =
    alert.acknowledgement === undefined
      ? action(fields, 'ack', words.acknowledge, words.acknowledgeOf(title), 'check')
      : action(fields, 'unack', words.unacknowledge, words.unacknowledgeOf(title), 'retry');
  const silence =
    state === 'silenced'
      ? action(fields, 'unsilence', words.unsilence, words.unsilenceOf(title), 'bell')
      : silenceForm(fields, title);
  return html`<div class="actions">${acknowledgement}${silence}${commentForm(fields, title)}${resolveForm(fields, title)}</div>`;
}

/** An alert as a list entry, with what the viewer may do. @param back the list to return to */
export function alertItem(viewer: Viewer, alert: AlertAnswer, back: string): Html {
  const { state, labels, annotations, owner, source, told, routes, generator_url: url } = alert;
  const { tone, icon: drawing } = LOOKS[state];
  const title = titleOf(alert);
  const severity = own(labels, 'severity') ?? own(annotations, 'severity');
  const description = own(annotations, 'description', 'message');
  const link = own(annotations, 'link', 'url', 'dashboard_url', 'runbook_url') ?? url;
  return html`<li class="script destination alert"><div class="script-head"><h2>${title}</h2><span class="state ${tone}">${icon(drawing)}${words.states[state]}</span>${
    severity === undefined ? none : html`<span class="tag ${URGENT.has(severity) ? 'loud' : ''}">${severity}</span>`
  }${when(alert.flapping, () => html`<span class="tag">${words.flapping}</span>`)}</div>
<dl>${times(alert)}${fact(words.source, source)}${owner === viewer.session.user ? none : fact(words.owner, owner)}${fact(
    words.told,
    told.length === 0 ? words.nobody : list(told),
  )}${routes.length === 0 ? none : fact(words.routes, list(routes))}</dl>
<div class="alert-text">${description === undefined ? none : html`<p>${description}</p>`}${
    link === undefined ? none : html`<p>${linkTo(link, html`${words.details}`)}</p>`
  }${labelChips(alert)}${standing(alert)}${comments(alert)}</div>
${actions(viewer, alert, back)}</li>`;
}
