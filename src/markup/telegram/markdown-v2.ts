import type { FormattedText } from '../formatted.ts';
import { linkable } from '../links.ts';
import { preNode, targetNodes } from './markdown-v2-nodes.ts';
import { createMarks } from './marks.ts';
import { type Format, type Node, textOf, words } from './nodes.ts';
import { writeNodes } from './write-nodes.ts';

/** Marks of formats, which open and close alike; longer ones first. */
const FORMATS: ReadonlyArray<readonly [mark: string, type: Format]> = [
  ['__', 'underline'],
  ['||', 'spoiler'],
  ['*', 'bold'],
  ['_', 'italic'],
  ['~', 'strikethrough'],
];

/** UTF-16 units of an address with its escapes, and how many addresses without an end are looked for. */
const LONGEST_ADDRESS = 4200;
const MOST_OPEN_ADDRESSES = 20;

/** A backslash before any ASCII character. */
function isEscape(source: string, at: number): boolean {
  if (source.charCodeAt(at) !== 0x5c) return false;
  const next = source.charCodeAt(at + 1);
  return next >= 1 && next <= 126;
}

/** The text from `start` to an unescaped `end`, without its escapes, and what follows; `undefined` without an end. */
function readUntil(source: string, start: number, end: string, most = Number.POSITIVE_INFINITY) {
  let text = '';
  for (let at = start; at < source.length && at - start < most; at += 1) {
    if (source.startsWith(end, at)) return { text, next: at + end.length };
    if (isEscape(source, at)) at += 1;
    text += source.charAt(at);
  }
  return undefined;
}

/** Reads MarkdownV2 into nodes. https://core.telegram.org/bots/api#markdownv2-style */
function read(source: string): readonly Node[] {
  const marks = createMarks();
  let at = 0;
  let pending = '';
  let lineStart = true;
  /** Ends that are nowhere in the rest of the text. */
  const missing = new Set<string>();
  let openAddresses = 0;

  const flush = () => {
    if (pending !== '') marks.add(words(pending));
    pending = '';
  };
  const literal = (text: string) => {
    pending += text;
    at += text.length;
    if (text !== '\r') lineStart = text === '\n';
  };

  /** A quote ends with its line; `||` without a partner before that makes it expandable. */
  function closeQuote(): void {
    flush();
    const expandable = marks.topIs('||') && marks.isFresh();
    if (expandable) marks.drop();
    const quote = marks.close('>');
    if (quote !== undefined) marks.add({ kind: 'quote', expandable, children: quote.children });
  }

  /** Code from here to its end; a block at the start of a line may lack its end. */
  function code(end: '`' | '```'): boolean {
    const found = missing.has(end) ? undefined : readUntil(source, at + end.length, end);
    if (found === undefined) {
      missing.add(end);
      const rest = source.slice(at + end.length);
      if (end === '`' || !lineStart || !rest.includes('\n')) return false;
      flush();
      marks.add(preNode(rest.replace(/\\([\x01-\x7e])/g, '$1')));
      at = source.length;
      return true;
    }
    flush();
    marks.add(end === '`' ? { kind: 'code', text: found.text } : preNode(found.text));
    at = found.next;
    lineStart = false;
    return true;
  }

  function closeLink(): boolean {
    flush();
    const hasAddress = source[at + 1] === '(' && openAddresses < MOST_OPEN_ADDRESSES;
    const found = hasAddress ? readUntil(source, at + 2, ')', LONGEST_ADDRESS) : undefined;
    if (hasAddress && found === undefined) openAddresses += 1;
    const link = marks.close('[', '![');
    if (link === undefined) return false;
    const { mark, children } = link;
    if (found !== undefined && found.text.trim() !== '') marks.addAll(targetNodes(mark, found.text.trim(), children));
    // Brackets alone are a link only around an address.
    else if (found === undefined && linkable(textOf(children)) !== undefined) {
      marks.add({ kind: 'link', url: textOf(children), children });
    } else {
      marks.add(words(mark));
      marks.addAll(children);
      marks.add(words(source.slice(at, found?.next ?? at + 1)));
    }
    at = found?.next ?? at + 1;
    return true;
  }

  function toggle(): boolean {
    const found = FORMATS.find(([mark]) => source.startsWith(mark, at));
    if (found === undefined) return false;
    // `___` ends the italics first, where they stand inside an underline.
    const [mark, type] =
      found[0] === '__' && marks.topIs('_') && marks.secondIs('__') ? (['_', 'italic'] as const) : found;
    if (marks.has(mark)) {
      flush();
      const children = marks.close(mark)?.children ?? [];
      marks.add({ kind: 'format', type, children });
    } else {
      if (marks.isFull()) return false;
      flush();
      marks.open(mark);
    }
    at += mark.length;
    lineStart = false;
    return true;
  }

  function startQuote(): boolean {
    const mark = /^(?:\*\*)?> ?/.exec(source.slice(at, at + 4))?.[0];
    if (!lineStart || mark === undefined || marks.isFull()) return false;
    flush();
    if (!marks.quoting()) marks.open('>');
    at += mark.length;
    lineStart = false;
    return true;
  }

  function open(): boolean {
    const mark = source.startsWith('![', at) ? '![' : source[at] === '[' ? '[' : undefined;
    if (mark === undefined || marks.has('[', '![') || marks.isFull()) return false;
    flush();
    marks.open(mark);
    at += mark.length;
    lineStart = false;
    return true;
  }

  while (at < source.length) {
    const char = source.charAt(at);
    if (isEscape(source, at)) {
      at += 1;
      literal(source.charAt(at));
    } else if (char === '\n' && marks.quoting() && source[at + 1] !== '>') {
      closeQuote();
      literal('\n');
    } else if (char === '`') {
      const mark = source.startsWith('```', at) ? '```' : '`';
      if (!code(mark)) literal(mark);
    } else if (startQuote() || open()) continue;
    else if (char === ']' && marks.has('[', '![') && closeLink()) continue;
    else if (!toggle()) literal(char);
  }
  if (marks.quoting()) closeQuote();
  flush();
  return marks.finish();
}

/**
 * Reads MarkdownV2 as Telegram documents it, and what Telegram would refuse: reserved characters without a backslash and
 * marks without an end are words. Never throws.
 *
 * @param source cleaned text
 */
export function renderMarkdownV2(source: string): FormattedText {
  return writeNodes(read(source));
}
