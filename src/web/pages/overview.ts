import type { MessagesAnswer } from '../../shared/api/answers.ts';
import { strings } from '../strings.ts';
import { liveIndicator, messageList } from './messages.ts';
import { type Html, html, when } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import type { Viewer } from './parts/layout.ts';
import { type TelegramCard, telegramCard } from './parts/telegram-card.ts';
import { scriptsPlaceholder } from './scripts.ts';

const firingNotice = (firing: number): Html =>
  when(
    firing > 0,
    () => html`<p class="flash bad">${icon('bell')} <a href="/alerts">${strings.alerts.fire(firing)}</a></p>`,
  );

/**
 * The overview.
 *
 * @param latest `undefined` if the bot doesn't answer
 * @param firing how many alerts fire that the viewer may see
 */
export const overviewMain = (
  viewer: Viewer,
  card: TelegramCard,
  latest: MessagesAnswer | undefined,
  firing: number,
): Html => html`<h1 class="sr">${strings.menu.overview}</h1>
${firingNotice(firing)}
<div class="columns">${telegramCard(viewer, card)}
<section class="card flush latest" aria-labelledby="latest-title"><header class="card-head"><h2 id="latest-title">${strings.messages.latest}</h2>${liveIndicator}</header>
${latest === undefined ? html`<p class="error pad">${strings.errors.away}</p>` : messageList(latest, { live: true })}
<footer class="card-foot"><a href="/messages">${strings.messages.all}</a></footer></section>
${scriptsPlaceholder}</div>`;
