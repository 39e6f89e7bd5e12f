import type { LinkedUser, ListedDelivery } from '../../shared/api/answers.ts';
import { strings } from '../strings.ts';
import { each, type Html, html, none, when } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import { formField, type Viewer } from './parts/layout.ts';
import { destinationTag } from './parts/message.ts';
import { ago, onDay } from './parts/times.ts';

const words = strings.admin;

/** The data of the admins' page. */
export interface AdminOverview {
  readonly users: readonly LinkedUser[];
  readonly queue: Deliveries;
  readonly failed: Deliveries;
}

interface Deliveries {
  readonly deliveries: readonly ListedDelivery[];
  readonly total: number;
}

/** @param action label of a last column of buttons, for screen readers */
const head = (names: readonly string[], action?: string): Html =>
  html`<thead><tr>${each(names, (name) => html`<th scope="col">${name}</th>`)}${
    action === undefined ? none : html`<th scope="col"><span class="sr">${action}</span></th>`
  }</tr></thead>`;

const cell = (name: string, value: Html | string | number): Html =>
  html`<td data-label="${name}"><span>${value}</span></td>`;

const section = (id: string, title: string, count: number, content: Html): Html =>
  html`<section class="card flush apart" aria-labelledby="${id}"><header class="card-head"><h2 id="${id}">${title}</h2><span class="tag">${count}</span></header>${content}</section>`;

const nothing = (text: string): Html => html`<p class="pad hint">${text}</p>`;

const more = ({ deliveries, total }: Deliveries): Html =>
  when(total > deliveries.length, () => html`<p class="card-foot hint">${words.shown(deliveries.length, total)}</p>`);

const MOST_UNITS = 140;
const begin = ({ title, text }: ListedDelivery): Html => {
  const short = text.length > MOST_UNITS ? `${text.slice(0, MOST_UNITS - 1).toWellFormed()}…` : text;
  return html`${title === undefined ? none : html`<strong>${title}</strong> `}${short}`;
};

/** Whose it is, and where it goes. */
const owner = (one: ListedDelivery): Html => html`${one.user} ${destinationTag(one)}`;

function failedTable(viewer: Viewer, failed: Deliveries): Html {
  if (failed.deliveries.length === 0) return nothing(words.nothingFailed);
  const row = (
    one: ListedDelivery,
  ) => html`<tr>${cell(words.user, owner(one))}${cell(words.failedAt, ago(one.failed_at ?? one.accepted_at))}${cell(words.text, begin(one))}${cell(words.why, html`<span class="error">${one.error ?? ''}</span>`)}
<td class="end"><form method="post" action="/admin/retry" data-swap>${formField(viewer)}<input type="hidden" name="delivery" value="${one.delivery}"><button class="button quiet small" aria-label="${words.retryOf(one.user)}">${icon('retry')} ${words.retry}</button></form></td></tr>`;
  return html`<table class="rows">${head([words.user, words.failedAt, words.text, words.why], words.retry)}<tbody>${each([...failed.deliveries].reverse(), row)}</tbody></table>${more(failed)}`;
}

function queueTable(queue: Deliveries): Html {
  if (queue.deliveries.length === 0) return nothing(words.nothingWaits);
  const row = (one: ListedDelivery) =>
    html`<tr>${cell(words.user, owner(one))}${cell(words.accepted, ago(one.accepted_at))}${cell(words.text, begin(one))}${cell(words.attempts, one.attempts)}${cell(words.why, one.error ?? '')}</tr>`;
  return html`<table class="rows">${head([words.user, words.accepted, words.text, words.attempts, words.why])}<tbody>${each(queue.deliveries, row)}</tbody></table>${more(queue)}`;
}

function usersTable(users: readonly LinkedUser[]): Html {
  if (users.length === 0) return nothing(words.noUsers);
  const row = ({ user, chat, linked_at: at, unreachable }: LinkedUser) =>
    html`<tr>${cell(words.user, user)}${cell(
      words.chat,
      html`${chat.name} <span class="hint">${strings.telegram.kinds[chat.type] ?? chat.type}</span>${
        unreachable === undefined
          ? none
          : html`<br><span class="error">${strings.telegram.unreachable(unreachable.reason)}</span>`
      }`,
    )}${cell(words.since, at === null ? '' : onDay(at))}</tr>`;
  return html`<table class="rows">${head([words.user, words.chat, words.since])}<tbody>${each(users, row)}</tbody></table>`;
}

/** The admins' page: failures, queue and linked users. */
export const adminMain = (viewer: Viewer, { users, queue, failed }: AdminOverview): Html => html`<h1>${words.title}</h1>
${section('failed', words.failed, failed.total, failedTable(viewer, failed))}
${section('queue', words.queue, queue.total, queueTable(queue))}
${section('users', words.linked, users.length, usersTable(users))}`;
