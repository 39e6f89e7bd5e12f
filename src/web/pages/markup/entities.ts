/**
 * Writes text with entities as HTML.
 *
 * Only escaped text and checked link addresses of the message reach the page; every element is written here.
 */
import { byPosition } from '../../../markup/entities.ts';
import type { Entity, FormattedText } from '../../../markup/formatted.ts';
import { strings } from '../../strings.ts';
import { linkTo } from '../link.ts';
import { type Html, html, none } from '../parts/html.ts';

/** Writes an entity. @param words what it covers, as plain text */
type Write = (inside: Html, entity: Entity, words: string) => Html;

const quote: Write = (inside) => html`<blockquote>${inside}</blockquote>`;

/** A quote that is opened by a press. What it says is no part of the label: it may be hidden text. */
const foldedQuote: Write = (inside, _entity, words) =>
  html`<details class="quote"><summary>${strings.messages.quote(words.trim().split('\n').length)}</summary><blockquote>${inside}</blockquote></details>`;

/** A moment in UTC or as its sender wrote it; script shows it in the reader's own zone. */
const moment: Write = (inside, { unix_time: unix = 0, date_time_format: format = '' }, words) => {
  const place = html`datetime="${new Date(unix * 1000).toISOString()}"`;
  // Without a format, Telegram shows the sender's words as well.
  if (format === '') return html`<time ${place}>${inside}</time>`;
  return html`<time ${place} title="${words}" data-format="${format}">${inside}</time>`;
};

const WRITE: Readonly<Record<Entity['type'], Write>> = {
  bold: (inside) => html`<strong>${inside}</strong>`,
  italic: (inside) => html`<em>${inside}</em>`,
  underline: (inside) => html`<u>${inside}</u>`,
  strikethrough: (inside) => html`<del>${inside}</del>`,
  spoiler: (inside) =>
    html`<details class="spoiler"><summary>${strings.messages.spoiler}</summary><span>${inside}</span></details>`,
  blockquote: quote,
  expandable_blockquote: foldedQuote,
  code: (inside) => html`<code>${inside}</code>`,
  pre: (inside) => html`<pre tabindex="0">${inside}</pre>`,
  text_link: (inside, { url = '' }) => linkTo(url, inside),
  // The page has none of Telegram's pictures: the words stand for them.
  custom_emoji: (inside) => inside,
  date_time: moment,
};

/** They begin and end a line by themselves. */
const BLOCKS: ReadonlySet<Entity['type']> = new Set(['pre', 'blockquote', 'expandable_blockquote']);
/** Addresses in these are no links. */
const BARE: ReadonlySet<Entity['type']> = new Set(['pre', 'code', 'text_link']);

const ADDRESS = /https?:\/\/[^\s<>"]+/gi;
/** Ends a sentence rather than an address. */
const AFTER_ADDRESS = new Set('.,;:!?\'"*_~)]}');

/** An address without the signs that follow it in a sentence. */
function trimmed(address: string): string {
  let end = address.length;
  const isEnd = (mark: string) => AFTER_ADDRESS.has(mark) && !(mark === ')' && address.includes('('));
  while (end > 0 && isEnd(address.charAt(end - 1))) end -= 1;
  return address.slice(0, end);
}

/** Words, in which addresses become links, as in Telegram. */
function withLinks(words: string): Html {
  const pieces: Html[] = [];
  let done = 0;
  for (const { 0: found, index } of words.matchAll(ADDRESS)) {
    const address = trimmed(found);
    pieces.push(html`${words.slice(done, index)}`, linkTo(address, html`${address}`));
    done = index + address.length;
  }
  return html`${pieces}${words.slice(done)}`;
}

/** Writes a text. Never throws; of two entities that cross, the later one ends with the earlier one. */
export function htmlOf({ text, entities }: FormattedText): Html {
  const sorted = [...entities].sort(byPosition);
  let next = 0;
  const inside = (from: number, to: number, links: boolean): Html => {
    const pieces: Html[] = [];
    let at = from;
    let afterBlock = false;
    const write = (end: number) => {
      const words = text.slice(afterBlock && text[at] === '\n' ? at + 1 : at, end);
      pieces.push(words === '' ? none : links ? withLinks(words) : html`${words}`);
      at = end;
    };
    for (let entity = sorted[next]; entity !== undefined && entity.offset < to; entity = sorted[next]) {
      next += 1;
      const end = Math.min(entity.offset + entity.length, to);
      if (entity.offset < at || end <= at) continue;
      write(entity.offset);
      const covered = inside(at, end, links && !BARE.has(entity.type));
      pieces.push(WRITE[entity.type](covered, entity, text.slice(at, end)));
      at = end;
      afterBlock = BLOCKS.has(entity.type);
    }
    write(to);
    return html`${pieces}`;
  };
  return inside(0, text.length, true);
}
