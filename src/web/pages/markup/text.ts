/** Renders the body of a message in any parse mode. */
import { strings } from '../../strings.ts';
import { type Html, html, when } from '../parts/html.ts';
import { markdownOf } from './markdown.ts';
import { htmlOfMarkdownV2 } from './markdown-v2.ts';
import { telegramHtmlOf } from './telegram-html.ts';

/** Longer texts are folded after their beginning. */
const SHOWN_LINES = 14;
const SHOWN_UNITS = 1_200;

/** Plain text with its lines and spaces. */
function asTyped(text: string): Html {
  const all = text.split('\n');
  const first = all.slice(0, SHOWN_LINES).join('\n');
  const isShort = all.length <= SHOWN_LINES + 2 && text.length <= SHOWN_UNITS * 2;
  const end = isShort ? text.length : Math.min(first.length, SHOWN_UNITS);
  // Never within a character.
  const shown = text.slice(0, end).toWellFormed() === text.slice(0, end) ? end : end - 1;
  const rest = text.slice(shown).replace(/^\n/, '');
  return html`<p class="typed">${text.slice(0, shown)}</p>${when(rest !== '', () => html`<details class="more"><summary>${strings.messages.more}</summary><p class="typed">${rest}</p></details>`)}`;
}

const inTelegramHtml = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : telegramHtmlOf(text);

/** @param mode as in `parse_mode`, Markdown by default. Text that Telegram would refuse stays as typed. */
export function textOf(text: string, mode: string | undefined): Html {
  if (mode === undefined || mode === 'Markdown') return markdownOf(text);
  if (mode === 'HTML') return inTelegramHtml(text) ?? asTyped(text);
  if (mode === 'MarkdownV2') return inTelegramHtml(htmlOfMarkdownV2(text)) ?? asTyped(text);
  return asTyped(text);
}
