import { byPosition } from '../entities.ts';
import type { Entity, FormattedText } from '../formatted.ts';

const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => REFERENCES[letter] ?? letter);

/** The tag of a format, and its attributes. https://core.telegram.org/bots/api#html-style */
function tagOf({ type, url, language, custom_emoji_id: emoji, unix_time: unix, date_time_format: format }: Entity) {
  const tags: Readonly<Record<Entity['type'], readonly [string, string?]>> = {
    bold: ['b'],
    italic: ['i'],
    underline: ['u'],
    strikethrough: ['s'],
    spoiler: ['tg-spoiler'],
    blockquote: ['blockquote'],
    expandable_blockquote: ['blockquote', 'expandable'],
    code: ['code'],
    pre: ['pre'],
    text_link: ['a', `href="${escaped(url ?? '')}"`],
    custom_emoji: ['tg-emoji', `emoji-id="${escaped(emoji ?? '')}"`],
    date_time: ['tg-time', `unix="${unix ?? 0}" format="${escaped(format ?? '')}"`],
  };
  const [name, attributes] = tags[type];
  const begin = attributes === undefined ? `<${name}>` : `<${name} ${attributes}>`;
  if (type !== 'pre' || language === undefined) return { begin, end: `</${name}>` };
  return { begin: `<pre><code class="language-${escaped(language)}">`, end: '</code></pre>' };
}

/**
 * Writes a text with its formats as Telegram's HTML, which `readMarkup` reads again. Formats stand in one another, as those
 * of a read text do; one that goes beyond the one around it ends there.
 */
export function writeHtml({ text, entities }: FormattedText): string {
  const open: { readonly to: number; readonly end: string }[] = [];
  let html = '';
  let at = 0;
  const goTo = (place: number) => {
    for (let inner = open.at(-1); inner !== undefined && inner.to <= place; inner = open.at(-1)) {
      html += escaped(text.slice(at, inner.to)) + inner.end;
      at = inner.to;
      open.pop();
    }
    html += escaped(text.slice(at, place));
    at = place;
  };
  for (const entity of [...entities].sort(byPosition)) {
    goTo(entity.offset);
    const { begin, end } = tagOf(entity);
    html += begin;
    open.push({ to: Math.min(entity.offset + entity.length, open.at(-1)?.to ?? text.length), end });
  }
  goTo(text.length);
  return html;
}
