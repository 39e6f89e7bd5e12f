import type { MessageAnswer } from '../../../shared/api/answers.ts';
import { strings } from '../../strings.ts';
import { linkTo } from '../link.ts';
import { textOf } from '../markup/text.ts';
import { each, type Html, html, none, when } from './html.ts';
import { type IconName, icon } from './icons.ts';
import { ago } from './times.ts';

const words = strings.messages;

const STATE_ICONS: Readonly<Record<string, IconName>> = {
  queued: 'clock',
  sent: 'check',
  muted: 'quiet',
  failed: 'cross',
  unknown: 'cross',
  retrying: 'retry',
  cancelled: 'cross',
  deleted: 'cross',
  replaced: 'retry',
  summarized: 'messages',
};

/** The HTML id of a message's element; hexadecimal, because senders choose any id. Of several destinations each has one. */
export const elementIdOf = ({ id, to = '' }: Pick<MessageAnswer, 'id' | 'to'>): string =>
  `m-${Buffer.from(`${id} ${to}`).toString('hex')}`;

/** Where a message went, unless that is the chat of its owner's own link, as most do. */
export function destinationTag({ to, user }: Pick<MessageAnswer, 'to' | 'user'>): Html {
  const isOwn = to === undefined || (to.startsWith('user:') && (user === undefined || to === `user:${user}`));
  return isOwn ? none : html`<span class="tag">→ ${to}</span>`;
}

const state = (status: string): Html =>
  html`<span class="state ${Object.hasOwn(STATE_ICONS, status) ? status : 'queued'}">${icon(STATE_ICONS[status] ?? 'clock')}${words.states[status] ?? status}</span>`;

function pictures({ id, pictures: count = 0, title }: MessageAnswer): Html {
  if (count === 0) return none;
  const numbers = Array.from({ length: Math.min(count, 10) }, (_, index) => index);
  const name = title ?? words.untitled;
  return html`<div class="pictures">${each(numbers, (n) => {
    // JSON can hold a lone surrogate, but an address can't.
    const address = `/messages/${encodeURIComponent(id.toWellFormed())}/pictures/${n}`;
    return html`<a href="${address}"><img src="${address}" alt="${words.picture(n + 1, count)}: ${name}" loading="lazy" decoding="async"></a>`;
  })}</div>`;
}

function files({ files: list = [] }: MessageAnswer): Html {
  return when(
    list.length > 0,
    () =>
      html`<ul class="files">${each(list, ({ name, size }) => html`<li>${icon('file')}<span class="name">${name}</span> <span class="hint">${strings.bytes(size)}</span></li>`)}</ul>`,
  );
}

type Key = NonNullable<MessageAnswer['buttons']>[number][number];

/** A button as Telegram shows it, with what it does: the page can open an address only. */
function key({ text, url, copy, send, style }: Key): Html {
  const does =
    url !== undefined
      ? linkTo(url, html`${text}`)
      : html`${text} ${copy === undefined ? html`<span class="hint">${words.sends(send ?? '')}</span>` : html`<code>${copy}</code>`}`;
  return html`<span class="keycap ${style ?? ''}">${does}</span>`;
}

const keyboard = ({ buttons: rows = [] }: MessageAnswer): Html =>
  when(
    rows.length > 0,
    () =>
      html`<div class="keyboard" role="group" aria-label="${words.buttons}">${each(rows, (row) => html`<div>${each(row, key)}</div>`)}</div>`,
  );

function details({ status, delivery_ms: took, attempts = 0 }: MessageAnswer): Html {
  const parts = [
    ...(status === 'sent' && typeof took === 'number' ? [words.took(strings.duration(took))] : []),
    ...(attempts > 0 ? [words.attempts(attempts)] : []),
  ];
  return when(parts.length > 0, () => html`<span class="took">${parts.join(' · ')}</span>`);
}

/** A message as a list entry. @param showOwner whether to name its user */
export function messageItem(message: MessageAnswer, showOwner = false): Html {
  const { user, status, title, text, parse_mode: mode, source, severity, error, attempts = 0 } = message;
  const at = message.accepted_at;
  const loud = severity === 'high' || severity === 'critical';
  return html`<li class="message ${loud ? severity : ''}" id="${elementIdOf(message)}">
<div class="meta">${state(status === 'queued' && attempts > 0 ? 'retrying' : status)}${when(showOwner && user !== undefined, () => html`<span class="tag">${user}</span>`)}${destinationTag(message)}${
    source ? html`<span class="tag">${source}</span>` : none
  }${severity && loud ? html`<span class="tag loud">${words.severities[severity] ?? severity}</span>` : none}${when(message.held_since !== undefined, () => html`<span class="tag">${words.held}</span>`)}${details(message)}<span class="when">${
    at === undefined ? none : ago(at)
  }</span></div>
${title ? html`<p class="message-title">${title}</p>` : none}
${text === '' ? none : html`<div class="text">${textOf(text, mode)}</div>`}
${pictures(message)}${files(message)}${keyboard(message)}
${error ? html`<p class="error">${error}</p>` : none}
</li>`;
}
