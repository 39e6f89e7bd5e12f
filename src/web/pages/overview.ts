import type { MessagesAnswer } from '../../shared/api/answers.ts';
import { strings } from '../strings.ts';
import { liveSign, messageList } from './messages.ts';
import { type Html, html } from './parts/html.ts';
import type { Viewer } from './parts/layout.ts';
import { type TelegramCard, telegramCard } from './parts/telegram-card.ts';
import { scriptsPlace } from './scripts.ts';

/** The first page. @param latest `undefined` when the bot doesn't answer */
export const overviewMain = (
  viewer: Viewer,
  card: TelegramCard,
  latest: MessagesAnswer | undefined,
): Html => html`<h1 class="sr">${strings.menu.overview}</h1>
<div class="columns">${telegramCard(viewer, card)}
<section class="card flush latest" aria-labelledby="latest-title"><header class="card-head"><h2 id="latest-title">${strings.messages.latest}</h2>${liveSign}</header>
${latest === undefined ? html`<p class="error pad">${strings.errors.away}</p>` : messageList(latest, { live: true })}
<footer class="card-foot"><a href="/messages">${strings.messages.all}</a></footer></section>
${scriptsPlace}</div>`;
