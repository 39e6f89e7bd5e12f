import type { Notification, Severity } from '../../../core/notification.ts';
import { isIndented, joined, plainText, withoutBlankEnds } from '../../../markup/entities.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import { cleanLine, isBlank } from '../../../markup/hygiene.ts';
import { readMarkup } from '../../../markup/read.ts';
import { MAX_ENTITIES, splitFormatted } from './split.ts';
import { titleText } from './title.ts';

/** What a notification says. */
export type MessageText = Pick<Notification, 'title' | 'text' | 'parseMode' | 'severity' | 'origin'>;

const EMOJI: Readonly<Record<Severity, string>> = {
  info: 'ℹ️',
  low: '🔵',
  medium: '🟡',
  high: '🟠',
  critical: '🔴',
};

/** Puts `emoji`, the bold title and the body together; a body that starts with a block or indented starts on its own line. */
function assemble(emoji: string, title: string, body: FormattedText): FormattedText {
  const mark = emoji === '' ? '' : `${emoji} `;
  if (title !== '') return withoutBlankEnds(joined([plainText(mark), titleText(title), plainText('\n'), body]));
  const startsWithBlock = body.entities.some(
    ({ type, offset }) => offset === 0 && /^(?:pre|(?:expandable_)?blockquote)$/.test(type),
  );
  const onNextLine = startsWithBlock || isIndented(body.text);
  return withoutBlankEnds(joined([plainText(onNextLine ? mark.replace(' ', '\n') : mark), body]));
}

/** Puts together what a notification says: severity, title (never parsed) and body (as its parse mode has it). */
export function compose({ title: typedTitle, text, parseMode, severity, origin }: MessageText): FormattedText {
  // The templates of alerts begin with an emoji of their own.
  const emoji = severity === undefined || origin?.feature === 'alerts' ? '' : EMOJI[severity];
  const line = cleanLine(typedTitle ?? '');
  const title = isBlank(line) ? '' : line;
  return assemble(emoji, title, readMarkup(text, parseMode));
}

/** The whole as one text of at most `limit` UTF-16 units, or `undefined` where it doesn't fit or there is no text. */
export function asOne(formatted: FormattedText, limit: number): FormattedText | undefined {
  if (formatted.text === '' || formatted.text.length > limit) return undefined;
  const pieces = splitFormatted(formatted, limit, MAX_ENTITIES, 2);
  return pieces.length === 1 ? pieces[0] : undefined;
}
