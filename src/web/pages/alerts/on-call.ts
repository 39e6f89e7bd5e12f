import { toString as describeCron } from 'cronstrue';
import type { RotationFields } from '../../../shared/api/rotations/rotations.ts';
import { strings } from '../../strings.ts';
import { each, type Html, html, none, when } from '../parts/html.ts';
import { icon } from '../parts/icons.ts';
import { formField, type Viewer } from '../parts/layout.ts';
import { atMinute } from '../parts/times.ts';
import { sectionMenu } from './section-menu.ts';

const words = strings.rotations;

/** A description of a schedule, or the cron expression if it can't be described. */
function handoverOf({ handover, timezone }: RotationFields): Html {
  const zone = words.at(timezone);
  try {
    const description = describeCron(handover, { use24HourTimeFormat: true });
    return html`<span title="${handover}">${description}</span> ${zone}`;
  } catch {
    return html`<code>${handover}</code> ${zone}`;
  }
}

const unlinkedTag = (user: string): Html =>
  html` <span class="tag loud" title="${words.notLinkedHint(user)}">${words.notLinked}</span>`;

const fact = (what: string, value: Html | string): Html => html`<div><dt>${what}</dt><dd>${value}</dd></div>`;

const turns = ({ people, on_call: now }: RotationFields): Html =>
  html`<ul class="chips">${each(
    people,
    ({ user, linked }) =>
      html`<li class="tag ${user === now.user ? 'now' : ''}">${user}${linked ? none : html` · ${words.notLinked}`}</li>`,
  )}</ul>`;

const next = ({ next: handovers }: RotationFields): Html =>
  handovers.length === 0
    ? html`<p class="hint">${words.nobodyNext}</p>`
    : html`<ol class="handovers">${each(handovers, ({ at, user }) => html`<li>${atMinute(at)} <strong>${user}</strong></li>`)}</ol>`;

const overrides = ({ overrides: all }: RotationFields): Html =>
  when(
    all.length > 0,
    () =>
      html`<h3>${words.overrides}</h3><ul class="handovers">${each(all, ({ person, from, until, by }) => html`<li>${atMinute(from)} – ${atMinute(until)} <strong>${person}</strong> <span class="hint">${words.by(by)}</span></li>`)}</ul>`,
  );

/** The forms of an admin. */
function changes(viewer: Viewer, { name, overrides: all }: RotationFields): Html {
  const fields = html`${formField(viewer)}<input type="hidden" name="rotation" value="${name}">`;
  const clear = html`<form method="post" action="/alerts/on-call/clear" data-swap>${fields}<button class="button quiet small" aria-label="${words.clearOf(name)}">${words.clear}</button></form>`;
  return html`<div class="actions"><form class="row wraps" method="post" action="/alerts/on-call/override" data-swap>${fields}<input name="person" class="small" maxlength="256" required autocomplete="off" spellcheck="false" autocapitalize="none" placeholder="${words.who}" aria-label="${words.whoOf(name)}"><select name="until" class="small" aria-label="${words.howLongOf(name)}">${each(
    Object.entries(words.durations),
    ([value, text]) => html`<option value="${value}">${text}</option>`,
  )}</select><button class="button quiet small" aria-label="${words.standInOf(name)}">${words.standIn}</button></form>${when(all.length > 0, () => clear)}</div>`;
}

function card(viewer: Viewer, rotation: RotationFields): Html {
  const { name, on_call: now, since, until } = rotation;
  return html`<li class="script destination"><div class="script-head"><h2>${name}</h2><span class="state sent">${icon('bell')}${now.user}</span>${now.linked ? none : unlinkedTag(now.user)}</div>
<dl>${fact(words.since, atMinute(since))}${until === null ? none : fact(words.until, atMinute(until))}${fact(words.handover, handoverOf(rotation))}${fact(words.people, turns(rotation))}</dl>
<div class="alert-text"><h3>${words.next}</h3>${next(rotation)}${overrides(rotation)}</div>
${when(viewer.admin, () => changes(viewer, rotation))}</li>`;
}

const empty: Html = html`<div class="empty">${icon('clock')}<p><strong>${words.none}</strong></p><p class="hint">${words.noneHint}</p></div>`;

/** Who is on call now in each rotation, and the next handovers. */
export const onCallMain = (viewer: Viewer, rotations: readonly RotationFields[]): Html =>
  html`<div class="title-row"><h1>${words.title}</h1>${sectionMenu(viewer, 'on-call')}</div>
<section class="card flush">${
    rotations.length === 0 ? empty : html`<ul class="scripts">${each(rotations, (one) => card(viewer, one))}</ul>`
  }</section>`;
