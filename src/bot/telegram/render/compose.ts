import type { Notification, Severity } from '../../../core/notification.ts';
import type { FormattedText, PartText } from '../part.ts';
import { asMessage, isIndented, joined, plainText, withoutBlankEnds } from './entities.ts';
import { cleanLine, cleanText, expandTabs, isBlank } from './hygiene.ts';
import { renderMarkdown } from './markdown/markdown.ts';
import { splitFormatted } from './split.ts';

/** What a notification says. */
export type MessageText = Pick<Notification, 'title' | 'text' | 'parseMode' | 'severity'>;

/** A notification's words, ready to be cut to size. */
export interface Composed {
  /** Everything, as text and entities; empty where there is no text. */
  readonly formatted: FormattedText;
  /** The same in the sender's own formatting. */
  readonly raw?: { readonly text: string; readonly parseMode: 'MarkdownV2' | 'HTML' };
}

const EMOJI: Readonly<Record<Severity, string>> = {
  info: 'ℹ️',
  low: '🔵',
  medium: '🟡',
  high: '🟠',
  critical: '🔴',
};

function bold(text: string): FormattedText {
  return { text, entities: [{ type: 'bold', offset: 0, length: text.length }] };
}

/** Puts `emoji`, the bold title and the body together; a body that starts with a block or indented starts on its own line. */
function assemble(emoji: string, title: string, body: FormattedText): FormattedText {
  const mark = emoji === '' ? '' : `${emoji} `;
  if (title !== '') return withoutBlankEnds(joined([plainText(mark), bold(title), plainText('\n'), body]));
  const startsWithBlock = body.entities.some(({ type, offset }) => offset === 0 && /^(?:pre|blockquote)$/.test(type));
  const onNextLine = startsWithBlock || isIndented(body.text);
  return withoutBlankEnds(joined([plainText(onNextLine ? mark.replace(' ', '\n') : mark), body]));
}

/** https://core.telegram.org/bots/api#html-style */
function htmlTitle(title: string): string {
  return `<b>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</b>`;
}

/** https://core.telegram.org/bots/api#markdownv2-style */
function markdownV2Title(title: string): string {
  return `*${title.replace(/[_*[\]()~`>#+\-=|{}.!\\]/g, '\\$&')}*`;
}

function rawText(emoji: string, title: string, body: string, parseMode: 'MarkdownV2' | 'HTML'): string {
  const mark = emoji === '' ? '' : `${emoji} `;
  if (title === '') return mark + body;
  return `${mark}${parseMode === 'HTML' ? htmlTitle(title) : markdownV2Title(title)}\n${body}`;
}

/** Puts together what a notification says: severity, title (never parsed) and body (as its parse mode has it). */
export function compose({ title: typedTitle, text, parseMode, severity }: MessageText): Composed {
  const emoji = severity === undefined ? '' : EMOJI[severity];
  const line = cleanLine(typedTitle ?? '');
  const title = isBlank(line) ? '' : line;
  const body = withoutBlankEnds(plainText(parseMode === 'none' ? expandTabs(cleanText(text)) : cleanText(text)));
  if (parseMode === 'Markdown') return { formatted: assemble(emoji, title, renderMarkdown(cleanText(text))) };
  const formatted = assemble(emoji, title, body);
  if (parseMode === 'none' || body.text === '') return { formatted };
  return { formatted, raw: { text: rawText(emoji, title, body.text, parseMode), parseMode } };
}

/** Bytes of text and markup that Telegram takes. */
const MOST_BYTES = 32_768;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** About what is left of formatted text when Telegram has read it; where in doubt, longer. */
function shown({ text, parseMode }: NonNullable<Composed['raw']>): string {
  if (parseMode === 'MarkdownV2')
    return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\\([!-/:-@[-`{-~])/g, '$1');
  return text
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(lt|gt|amp|quot);/g, (_all, name: string) => NAMED[name] ?? '');
}

/** Formatted text that fits once its markup is read; in its place, should it be refused, the words without markup. */
function rawAsOne(raw: NonNullable<Composed['raw']>, formatted: FormattedText, limit: number): PartText | undefined {
  if (raw.text.length < limit) return { ...raw, plain: asMessage(formatted) };
  const words = shown(raw);
  if (words.length >= limit || Buffer.byteLength(raw.text) > MOST_BYTES) return undefined;
  return { ...raw, plain: asMessage(plainText(words)) };
}

/** The whole as one text of at most `limit` UTF-16 units, or `undefined` where it doesn't fit or there is no text. */
export function asOne({ formatted, raw }: Composed, limit: number): PartText | undefined {
  if (formatted.text === '') return undefined;
  if (raw !== undefined) return rawAsOne(raw, formatted, limit);
  if (formatted.text.length > limit) return undefined;
  const pieces = splitFormatted(formatted, limit);
  return pieces.length === 1 ? pieces[0] : undefined;
}
