import { isTopicName } from '../../core/destination.ts';
import type { DestinationAnswer, DestinationCodeAnswer } from '../../shared/api/answers.ts';
import { strings } from '../strings.ts';
import { each, type Html, html, none, when } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import { formField, type Viewer } from './parts/layout.ts';
import { qrOf } from './parts/qr.ts';
import { onDay } from './parts/times.ts';

const words = strings.destinations;

const nameField = (name: string): Html => html`<input type="hidden" name="name" value="${name}">`;

function placeOf({ title, type, thread, username }: DestinationAnswer): Html {
  const kind = thread ? words.topicOf(title) : (words.kinds[type] ?? type);
  const label = username === null ? none : html` @${username}`;
  return thread ? html`${kind}${label}` : html`${title}${label} <span class="hint">${kind}</span>`;
}

/** Who may send; the owner of the destination can take each name off the list. */
function sendersOf(viewer: Viewer, { name, owner, senders, yours }: DestinationAnswer): Html {
  const chip = (who: string) =>
    html`<li class="tag">${who === '*' ? words.everybody : who}${
      yours
        ? html`<form method="post" action="/destinations/deny" data-swap>${formField(viewer)}${nameField(name)}<input type="hidden" name="who" value="${who}"><button class="plain" aria-label="${words.denyWho(who, name)}">${icon('cross')}</button></form>`
        : none
    }</li>`;
  return html`<ul class="chips"><li class="tag">${owner}</li>${each(senders, chip)}</ul>`;
}

const allowForm = (viewer: Viewer, name: string): Html =>
  html`<form class="row" method="post" action="/destinations/allow" data-swap>${formField(viewer)}${nameField(name)}<input name="who" class="small" maxlength="256" required autocomplete="off" spellcheck="false" autocapitalize="none" placeholder="${words.who}" aria-label="${words.allowWho(name)}"><button class="button quiet small">${words.allow}</button></form>`;

const testForm = (viewer: Viewer, name: string): Html =>
  html`<form method="post" action="/destinations/test" data-swap>${formField(viewer)}${nameField(name)}<button class="button quiet small" aria-label="${words.testOf(name)}">${icon('send')} ${words.test}</button></form>`;

const removeForm = (viewer: Viewer, name: string): Html =>
  html`<details class="sure"><summary class="button quiet small"><span class="closed">${words.remove}</span><span class="opened">${words.removeNo}</span></summary>
<form method="post" action="/destinations/remove" data-swap>${formField(viewer)}${nameField(name)}<p>${words.removeSure(name)}</p><button class="button danger small">${words.removeYes}</button></form></details>`;

function item(viewer: Viewer, destination: DestinationAnswer): Html {
  const { name, owner, yours, may_send: may, linked_at: at, unreachable } = destination;
  const fact = (what: string, value: Html | string) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`;
  const state =
    unreachable === undefined
      ? html`<span class="state sent">${words.ok}</span>`
      : html`<span class="state failed">${words.refused}</span>`;
  return html`<li class="script destination"><div class="script-head"><h2>${name}</h2>${state}</div>
<dl>${fact(words.place, placeOf(destination))}${fact(words.owner, yours ? words.you(owner) : owner)}${
    at === null ? none : fact(words.since, onDay(at))
  }${fact(words.maySend, sendersOf(viewer, destination))}</dl>
${unreachable === undefined ? none : html`<p class="error">${unreachable.reason}</p>`}
<div class="actions">${when(yours, () => allowForm(viewer, name))}${when(may, () => testForm(viewer, name))}${when(yours, () => removeForm(viewer, name))}</div></li>`;
}

/** A code that was just made, shown once. */
function codePart({ name, code, url }: DestinationCodeAnswer): Html {
  const command = html`<pre class="command"><code>/link ${code}</code></pre>`;
  if (isTopicName(name)) {
    return html`<div class="pad-top" role="status"><h3>${words.codeFor(name)}</h3><p class="hint">${words.topicHint}</p>${command}</div>`;
  }
  return html`<div class="pad-top" role="status"><div class="scan">${qrOf(url, words.qr)}<div><h3>${words.codeFor(name)}</h3><p class="hint">${words.openHint}</p></div>
<a class="button" href="${url}" target="_blank" rel="noopener noreferrer">${icon('send')} ${words.openGroup}</a></div>
<p class="hint pad-top">${words.sendHint}</p>${command}</div>`;
}

const addPart = (viewer: Viewer, made: DestinationCodeAnswer | undefined): Html =>
  html`<section class="card apart" aria-labelledby="add-title"><header class="card-head"><h2 id="add-title">${icon('destinations')} ${words.add}</h2></header>
<p class="hint">${words.addHint}</p>
${made === undefined ? none : codePart(made)}
<form class="filter" method="post" action="/destinations/add" data-swap>${formField(viewer)}
<div class="field"><label for="destination-name">${words.name}</label><input id="destination-name" name="name" maxlength="65" pattern="[a-z][a-z0-9_\\-]{0,31}(/[a-z][a-z0-9_\\-]{0,31})?" title="${words.nameHint}" placeholder="${words.nameHint}" required autocomplete="off" spellcheck="false" autocapitalize="none"></div>
<div class="field"><label for="destination-senders">${words.senders}</label><input id="destination-senders" name="senders" maxlength="2000" placeholder="${words.who}" autocomplete="off" spellcheck="false" autocapitalize="none"></div>
<button class="button quiet">${words.makeCode}</button></form></section>`;

const empty: Html = html`<div class="empty">${icon('destinations')}<p><strong>${words.none}</strong></p><p class="hint">${words.noneHint}</p></div>`;

/** The page of destinations. @param made the code that the previous form made */
export const destinationsMain = (
  viewer: Viewer,
  destinations: readonly DestinationAnswer[],
  made?: DestinationCodeAnswer,
): Html => html`<h1>${words.title}</h1>
<p class="hint">${words.intro}</p>
<section id="destinations" class="card flush apart">${
  destinations.length === 0 ? empty : html`<ul class="scripts">${each(destinations, (one) => item(viewer, one))}</ul>`
}</section>
${addPart(viewer, made)}`;
