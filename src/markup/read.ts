import type { ParseMode } from '../core/notification.ts';
import { plainText, withoutBlankEnds } from './entities.ts';
import type { FormattedText } from './formatted.ts';
import { cleanText, expandTabs } from './hygiene.ts';
import { renderMarkdown } from './markdown/markdown.ts';
import { renderHtml } from './telegram/html.ts';
import { renderMarkdownV2 } from './telegram/markdown-v2.ts';

const READERS: Readonly<Record<ParseMode, (text: string, budget?: number) => FormattedText>> = {
  Markdown: renderMarkdown,
  MarkdownV2: (text) => renderMarkdownV2(text),
  HTML: (text) => renderHtml(text),
  none: (text) => plainText(expandTabs(text)),
};

/**
 * What a text says in a parse mode, as words and entities without blank ends. The chat and the dashboard show the same.
 * Pure; never throws.
 *
 * @param text as typed; control characters and terminal codes are dropped
 * @param budget microseconds that parsing Markdown may take, by its own estimate; the other readers are linear
 */
export function readMarkup(text: string, mode: ParseMode, budget?: number): FormattedText {
  return withoutBlankEnds(READERS[mode](cleanText(text), budget));
}
