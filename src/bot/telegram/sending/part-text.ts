import type { FormattedText, PartText } from '../part.ts';
import { asOne } from '../render/compose.ts';
import { renderHtml } from '../render/markup/html.ts';
import { renderMarkdownV2 } from '../render/markup/markdown-v2.ts';

/** A part's text as entities, also where it was stored with a `parseMode`. @param most UTF-16 units that a message takes */
export function readPartText(body: PartText, most: number): FormattedText {
  if (!('parseMode' in body)) return body;
  const read = body.parseMode === 'HTML' ? renderHtml(body.text) : renderMarkdownV2(body.text);
  return asOne(read, most) ?? body.plain;
}
