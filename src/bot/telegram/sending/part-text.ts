import type { FormattedText } from '../../../markup/formatted.ts';
import { renderHtml } from '../../../markup/telegram/html.ts';
import { renderMarkdownV2 } from '../../../markup/telegram/markdown-v2.ts';
import type { PartText } from '../part.ts';
import { asOne } from '../render/compose.ts';

/** A part's text as entities, also where it was stored with a `parseMode`. @param most UTF-16 units that a message takes */
export function readPartText(body: PartText, most: number): FormattedText {
  if (!('parseMode' in body)) return body;
  const read = body.parseMode === 'HTML' ? renderHtml(body.text) : renderMarkdownV2(body.text);
  return asOne(read, most) ?? body.plain;
}
