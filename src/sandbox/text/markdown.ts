/** Telegram's legacy Markdown. https://core.telegram.org/bots/api#markdown-style */

import type { SandboxEntity, SandboxText } from '../model.ts';
import { checkLink } from './links.ts';
import { ParseError } from './parse-error.ts';
import { readPreOpening } from './pre-opening.ts';

const TYPES: Readonly<Record<string, string>> = { '*': 'bold', _: 'italic', '`': 'code' };

/** The address after `]`, or the text itself if there is none. */
function readAddress(source: string, at: number, text: string): { address: string; next: number } {
  if (source[at] !== '(') return { address: text, next: at };
  const end = source.indexOf(')', at);
  const stop = end < 0 ? source.length : end;
  return { address: source.slice(at + 1, stop), next: stop + 1 };
}

/** @throws ParseError with the server's wording and byte offsets */
export function parseMarkdown(source: string): SandboxText {
  const entities: SandboxEntity[] = [];
  let text = '';
  let at = 0;

  function add(type: string, offset: number, more: Partial<SandboxEntity> = {}): void {
    if (text.length > offset) entities.push({ type, offset, length: text.length - offset, ...more });
  }

  function readRun(begin: number, from: number, closing: string): number {
    const end = source.indexOf(closing, from);
    if (end < 0) {
      const place = Buffer.byteLength(source.slice(0, begin));
      throw new ParseError(`Can't find end of the entity starting at byte offset ${place}`);
    }
    text += source.slice(from, end);
    return end + closing.length;
  }

  while (at < source.length) {
    const char = source.charAt(at);
    const offset = text.length;
    if (char === '\\' && '_*`['.includes(source.charAt(at + 1)) && at + 1 < source.length) {
      text += source.charAt(at + 1);
      at += 2;
    } else if (source.startsWith('```', at)) {
      const { language, next } = readPreOpening(source, at + 3);
      at = readRun(at, next, '```');
      add('pre', offset, language === undefined ? {} : { language });
    } else if (char === '[') {
      const { address, next } = readAddress(source, readRun(at, at + 1, ']'), text.slice(offset));
      const link = checkLink(address);
      if ('url' in link) add('text_link', offset, { url: link.url });
      at = next;
    } else if (char in TYPES) {
      at = readRun(at, at + 1, char);
      add(TYPES[char] ?? '', offset);
    } else {
      text += char;
      at += 1;
    }
  }
  return { text, entities };
}
