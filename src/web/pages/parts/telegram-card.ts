import type { DeepLinkAnswer, StatusAnswer } from '../../../shared/api/answers.ts';
import { strings } from '../../strings.ts';
import { type Html, html, none, when } from './html.ts';
import { icon } from './icons.ts';
import { formField, type Viewer } from './layout.ts';
import { qrOf } from './qr.ts';
import { atMinute, onDay } from './times.ts';

const words = strings.telegram;

/** The data of the card. */
export interface TelegramCard {
  /** `undefined` if the bot doesn't answer. */
  readonly status: StatusAnswer | undefined;
  /** For unlinked users; `undefined` if none can be made. */
  readonly deepLink: DeepLinkAnswer | undefined;
  /** The reason why the typed code was refused. */
  readonly codeError?: string | undefined;
  /** The typed code. */
  readonly code?: string | undefined;
}

const heading = (state: 'good' | 'off' | 'bad', text: string): Html =>
  html`<header class="card-head"><h2 id="telegram-title">${icon('send')} ${words.title}</h2><span class="pill ${state}">${text}</span></header>`;

const deepLinkPart = (link: DeepLinkAnswer | undefined): Html =>
  link === undefined
    ? html`<p class="hint">${words.noDeepLink}</p>`
    : html`<div class="scan">${qrOf(link.url)}<div>
<h3>${words.scan}</h3>
<p class="hint">${words.openHint}</p>
</div><a class="button" href="${link.url}" target="_blank" rel="noopener noreferrer">${icon('send')} ${words.open}</a>
</div>`;

function codePart(viewer: Viewer, bot: string | undefined, { code = '', codeError }: TelegramCard): Html {
  const wrong = codeError !== undefined;
  return html`<form class="code-form" method="post" action="/telegram/link" data-swap>${formField(viewer)}
<h3>${words.orCode}</h3>
<p class="hint" id="code-how">${words.codeHow(bot)}</p>
<div class="row"><label class="sr" for="code">${words.code}</label>
<input id="code" name="code" class="code" value="${code}" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,8}" maxlength="8" required placeholder="000000" ${
    wrong ? html`aria-invalid="true" autofocus` : none
  } aria-describedby="${wrong ? 'code-error' : 'code-how'}">
<button class="button quiet">${words.link}</button></div>
${when(wrong, () => html`<p class="error" id="code-error" role="alert">${codeError}</p>`)}
</form>`;
}

function notLinked(viewer: Viewer, card: TelegramCard): Html {
  const bot = card.status?.bot?.username;
  return html`${heading('off', words.notLinked)}
<p>${words.invite(bot)}</p>
${deepLinkPart(card.deepLink)}
${codePart(viewer, bot, card)}`;
}

const kindOf = (type: string) => words.kinds[type] ?? type;

function facts({ linked_at: at, chat, queued, muted_until: muted }: StatusAnswer): Html {
  const fact = (name: string, value: Html | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
${chat === undefined ? none : fact(words.chat, html`${chat.name} <span class="hint">${kindOf(chat.type)}${chat.thread_id === undefined ? '' : `, ${words.topic(chat.thread_id)}`}</span>`)}
${at === undefined ? none : fact(words.since, onDay(at))}
${fact(words.waiting, queued === 0 ? words.nothingWaits : String(queued))}
${muted ? fact(words.mutedUntil, atMinute(muted)) : none}
</dl>`;
}

function linked(viewer: Viewer, status: StatusAnswer): Html {
  const { unreachable } = status;
  return html`${heading(unreachable === undefined ? 'good' : 'bad', words.linked)}
${unreachable === undefined ? none : html`<p class="error">${words.unreachable(unreachable)}</p>`}
${facts(status)}
<div class="actions">
<form method="post" action="/telegram/test" data-swap>${formField(viewer)}<button class="button">${icon('send')} ${words.test}</button></form>
${
  status.muted_until
    ? html`<form method="post" action="/telegram/unmute" data-swap>${formField(viewer)}<button class="button quiet">${icon('bell')} ${words.unmute}</button></form>`
    : html`<form method="post" action="/telegram/mute" data-swap>${formField(viewer)}<button class="button quiet">${icon('quiet')} ${words.mute}</button></form>`
}
<details class="sure"><summary class="button quiet"><span class="closed">${words.unlink}</span><span class="opened">${words.unlinkNo}</span></summary>
<form method="post" action="/telegram/unlink" data-swap>${formField(viewer)}<p>${words.unlinkSure}</p><button class="button danger">${words.unlinkYes}</button></form>
</details></div>`;
}

/** The card that links and unlinks Telegram. */
export function telegramCard(viewer: Viewer, card: TelegramCard): Html {
  const { status } = card;
  const inside =
    status === undefined
      ? html`${heading('bad', '—')}<p class="error">${words.away}. ${strings.errors.away}</p>`
      : status.linked
        ? linked(viewer, status)
        : notLinked(viewer, card);
  return html`<section class="card telegram" id="telegram" aria-labelledby="telegram-title" ${
    status?.linked === false ? html`data-wait-for-link` : none
  }>${inside}</section>`;
}
