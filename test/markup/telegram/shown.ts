import type { Entity, FormattedText } from '../../../src/markup/formatted.ts';

function nameOf({ url, language, custom_emoji_id: emoji, unix_time: unix, date_time_format: format }: Entity): string {
  return [url, language, emoji, unix, format]
    .filter((one) => one !== undefined)
    .map((one) => ` ${one}`)
    .join('');
}

/** A text, and its entities as `type details: what it covers`, sorted, so that a case reads as one line. */
export function shown({ text, entities }: FormattedText): readonly string[] {
  const lines = entities.map((one) => `${one.type}${nameOf(one)}: ${text.slice(one.offset, one.offset + one.length)}`);
  return [text, ...lines.sort()];
}
