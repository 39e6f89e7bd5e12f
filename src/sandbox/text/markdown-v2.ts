/** Telegram's MarkdownV2. https://core.telegram.org/bots/api#markdownv2-style */

import type { SandboxEntity, SandboxText } from '../model.ts';
import { checkLink } from './links.ts';
import { CLOSINGS, NAMES, OPENINGS, RESERVED } from './markdown-v2-marks.ts';
import { ParseError } from './parse-error.ts';
import { readPreOpening } from './pre-opening.ts';

interface Open {
  readonly type: string;
  readonly language?: string;
  /** Its start in the text and in the source. */
  readonly offset: number;
  readonly at: number;
}

/** @throws ParseError with the server's wording and byte offsets */
export function parseMarkdownV2(source: string): SandboxText {
  const entities: SandboxEntity[] = [];
  const open: Open[] = [];
  let text = '';
  let at = 0;
  let lineStart = true;

  const byte = (index: number) => Buffer.byteLength(source.slice(0, index));
  const escaped = (index: number) => source[index] === '\\' && /^[\x01-\x7e]/.test(source.slice(index + 1, index + 2));
  const quoting = () => open.some(({ type }) => type === 'blockquote');

  function unclosed({ type, language, at: begin }: Open): ParseError {
    const name = type === 'pre' && language !== undefined ? 'PreCode' : NAMES[type];
    return new ParseError(`Can't find end of ${name} entity at byte offset ${byte(begin)}`);
  }

  function reserved(): ParseError {
    return new ParseError(`Character '${source[at]}' is reserved and must be escaped with the preceding '\\'`);
  }

  function closes(top: Open): boolean {
    if (source[at] === '\n' && quoting() && source[at + 1] !== '>') return true;
    if (top.type === 'italic') return source[at] === '_' && source[at + 1] !== '_';
    const mark = CLOSINGS[top.type];
    return mark !== undefined && source.startsWith(mark, at);
  }

  function add(type: string, offset: number, more: Partial<SandboxEntity> = {}): void {
    if (text.length > offset) entities.push({ type, offset, length: text.length - offset, ...more });
  }

  /** Reads `(address)` after a bracket. */
  function readAddress(): string {
    const begin = at + 1;
    let address = '';
    for (at = begin; at < source.length && source[at] !== ')'; at += 1) {
      if (escaped(at)) at += 1;
      address += source.charAt(at);
    }
    if (at >= source.length) throw new ParseError(`Can't find end of a URL at byte offset ${byte(begin)}`);
    at += 1;
    return address;
  }

  /** Ends a quotation at the end of a line; a preceding `||` makes it expandable. */
  function closeQuote(): void {
    const mark = open.at(-1);
    const expandable = mark?.type === 'spoiler' && source.slice(mark.at + 2, at).replace('\r', '') === '';
    if (expandable) open.pop();
    const quote = open.pop();
    if (quote === undefined) return;
    if (quote.type !== 'blockquote') throw unclosed(quote);
    text += source.charAt(at);
    at += 1;
    lineStart = true;
    add(expandable ? 'expandable_blockquote' : 'blockquote', quote.offset);
  }

  function close(top: Open): void {
    if (source[at] === '\n') {
      closeQuote();
      return;
    }
    open.pop();
    at += top.type === 'italic' ? 1 : (CLOSINGS[top.type]?.length ?? 1);
    if (top.type === 'text_link') {
      const link = checkLink(source[at] === '(' ? readAddress() : text.slice(top.offset));
      if ('url' in link) add('text_link', top.offset, { url: link.url });
    } else if (top.type === 'custom_emoji') {
      if (source[at] !== '(') throw new ParseError('The entity must contain a tg://emoji or tg://time URL');
      const id = /^tg:\/\/emoji\?id=(\d+)$/.exec(readAddress())?.[1];
      if (id === undefined) throw new ParseError('Invalid tg://emoji or tg://time URL specified');
      add('custom_emoji', top.offset, { custom_emoji_id: id });
    } else {
      add(top.type, top.offset, top.language === undefined ? {} : { language: top.language });
    }
  }

  function begin(): void {
    if (source[at] === '\n') {
      text += '\n';
      lineStart = true;
      at += 1;
      return;
    }
    if (source[at] === '>') {
      if (!lineStart) throw reserved();
      if (!quoting()) open.push({ type: 'blockquote', offset: text.length, at });
      at += 1;
      return;
    }
    const opening = OPENINGS.find(([mark]) => source.startsWith(mark, at));
    if (opening === undefined) throw reserved();
    const [mark, type] = opening;
    const pre = type === 'pre' ? readPreOpening(source, at + 3) : undefined;
    const language = pre?.language;
    open.push({ type, offset: text.length, at, ...(language === undefined ? {} : { language }) });
    at = pre?.next ?? at + mark.length;
  }

  while (at < source.length) {
    const top = open.at(-1);
    const char = source.charAt(at);
    const inCode = top?.type === 'code' || top?.type === 'pre';
    if (escaped(at)) {
      text += source.charAt(at + 1);
      lineStart = source[at + 1] === '\n';
      at += 2;
    } else if (!(inCode ? '`' : RESERVED).includes(char)) {
      text += char;
      if (char !== '\r') lineStart = false;
      at += 1;
    } else if (top !== undefined && closes(top)) close(top);
    else begin();
  }
  if (quoting() && ['blockquote', 'spoiler'].includes(open.at(-1)?.type ?? '')) closeQuote();
  const left = open.at(-1);
  if (left !== undefined) throw unclosed(left);
  return { text, entities };
}
