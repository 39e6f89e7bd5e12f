import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from '../../../markup/formatted.ts';
import { renderHtml } from '../../../markup/telegram/html.ts';
import { renderMarkdownV2 } from '../../../markup/telegram/markdown-v2.ts';
import type { PartText } from '../part.ts';
import { asOne } from '../render/compose.ts';
import { CAPTION_UNITS, MESSAGE_UNITS } from '../render/split.ts';

/** A part's text as entities, also where it was stored with a `parseMode`. @param most UTF-16 units that a message takes */
export function readPartText(body: PartText, most: number): FormattedText {
  if (!('parseMode' in body)) return body;
  const read = body.parseMode === 'HTML' ? renderHtml(body.text) : renderMarkdownV2(body.text);
  return asOne(read, most) ?? body.plain;
}

/** A text as a call takes it. */
export function textFields(body: PartText): { text: string; entities: MessageEntity[] } {
  const { text, entities } = readPartText(body, MESSAGE_UNITS);
  return { text, entities: entities as MessageEntity[] };
}

/** A caption as a call takes it; nothing for none. */
export function captionFields(caption: PartText | undefined): object {
  if (caption === undefined) return {};
  const { text, entities } = readPartText(caption, CAPTION_UNITS);
  return { caption: text, caption_entities: entities };
}
