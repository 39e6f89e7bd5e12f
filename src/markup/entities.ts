import type { Entity, FormattedText } from './formatted.ts';
import { isBlank } from './hygiene.ts';

const SPACE_OR_NOTHING = /^\s*$/;

/** A text without formatting. */
export function plainText(text: string): FormattedText {
  return { text, entities: [] };
}

/** What holds what, where two cover the same: a quote holds anything, code nothing. */
function depth({ type }: Entity): number {
  return type === 'blockquote' || type === 'expandable_blockquote' ? 0 : type === 'pre' || type === 'code' ? 2 : 1;
}

/** Order that Telegram expects: by offset, the outer before the inner. */
export function byPosition(a: Entity, b: Entity): number {
  return a.offset - b.offset || b.length - a.length || depth(a) - depth(b);
}

/** The part from `start` to `end` (UTF-16 units), with what formatting falls in it; entities that hold no text fall away. */
export function slice(formatted: FormattedText, start: number, end: number): FormattedText {
  const text = formatted.text.slice(start, end);
  const entities: Entity[] = [];
  for (const entity of formatted.entities) {
    const from = Math.max(entity.offset, start);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to || SPACE_OR_NOTHING.test(formatted.text.slice(from, to))) continue;
    entities.push({ ...entity, offset: from - start, length: to - from });
  }
  return { text, entities: entities.sort(byPosition) };
}

/**
 * Stands before an indented first line. Telegram's servers trim the beginning of a text, inside an entity
 * too, whatever the client sends; this character is not trimmed, and nobody sees it. It stays
 * outside the entities, so that who copies a code block gets the code alone.
 */
const ANCHOR = plainText('\u200b');

/** Whether a text begins with an indentation that Telegram would trim. */
export function isIndented(text: string): boolean {
  return /^[^\S\n]/.test(text);
}

/** Makes a text a message of its own: no blank lines before it, no white space after it, its indentation anchored. */
export function asMessage(formatted: FormattedText): FormattedText {
  const rest = withoutBlankEnds(formatted);
  return isIndented(rest.text) ? joined([ANCHOR, rest]) : rest;
}

/** Drops blank lines before a text and white space after it; its first line keeps its indentation. */
export function withoutBlankEnds(formatted: FormattedText): FormattedText {
  if (isBlank(formatted.text)) return plainText('');
  const start = /^(?:[^\S\n]*\n)*/.exec(formatted.text)?.[0].length ?? 0;
  return slice(formatted, start, formatted.text.trimEnd().length);
}

/** Puts texts one after the other. */
export function joined(texts: readonly FormattedText[]): FormattedText {
  const entities: Entity[] = [];
  let text = '';
  for (const one of texts) {
    for (const entity of one.entities) entities.push({ ...entity, offset: entity.offset + text.length });
    text += one.text;
  }
  return { text, entities };
}
