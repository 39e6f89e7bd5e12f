/** Telegram's HTML style. https://core.telegram.org/bots/api#html-style */

import type { SandboxEntity, SandboxText } from '../model.ts';
import { checkLink } from './links.ts';
import { ParseError } from './parse-error.ts';

const STYLES: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  code: 'code',
  pre: 'pre',
  a: 'text_link',
  blockquote: 'blockquote',
};
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const REFERENCE = /&(?:#[xX]([0-9a-fA-F]{1,8})|#(\d{1,8})|([A-Za-z]+));?/y;
const ATTRIBUTE = /\s*([^\s=>/"']+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)(?=[\s>])))?/y;

interface OpenTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Its start in the text. */
  readonly offset: number;
}

/** The character of a reference, or `undefined` if the text is no reference. */
function decodeReference(source: string, at: number): { text: string; next: number } | undefined {
  REFERENCE.lastIndex = at;
  const match = REFERENCE.exec(source);
  if (match === null) return undefined;
  const [whole, hex, decimal, name] = match;
  if (name !== undefined) {
    const text = NAMED[name];
    return text === undefined ? undefined : { text, next: at + whole.length };
  }
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (code === 0 || code >= 0x10ffff) return undefined;
  return { text: String.fromCodePoint(code), next: at + whole.length };
}

function decodeAll(source: string): string {
  let text = '';
  for (let at = 0; at < source.length; ) {
    const decoded = source[at] === '&' ? decodeReference(source, at) : undefined;
    text += decoded?.text ?? source[at];
    at = decoded?.next ?? at + 1;
  }
  return text;
}

function readOpenTag(source: string, begin: number, offset: number): { tag: OpenTag; next: number } {
  const place = () => `at byte offset ${Buffer.byteLength(source.slice(0, begin))}`;
  const name = (/^[^\s>]*/.exec(source.slice(begin + 1, begin + 65))?.[0] ?? '').toLowerCase();
  let at = begin + 1 + name.length;
  if (at >= source.length) throw new ParseError(`Unclosed start tag ${place()}`);
  if (!(name in STYLES)) throw new ParseError(`Unsupported start tag "${name}" ${place()}`);
  const attributes = new Map<string, string>();
  for (;;) {
    while (/\s/.test(source.charAt(at))) at += 1;
    if (source[at] === '>') break;
    if (at >= source.length) throw new ParseError(`Unclosed start tag "${name}" ${place()}`);
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(source);
    if (match === null) throw new ParseError(`Empty attribute name in the tag "${name}" ${place()}`);
    at += match[0].length;
    if (/^\s*=/.test(source.slice(at))) throw new ParseError(`Unclosed start tag ${place()}`);
    attributes.set(match[1] ?? '', decodeAll(match[2] ?? match[3] ?? (match[4] ?? '').toLowerCase()));
  }
  if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
    throw new ParseError(`Tag "span" must have class "tg-spoiler" ${place()}`);
  }
  return { tag: { name, attributes, offset }, next: at + 1 };
}

function entityOf({ name, attributes, offset }: OpenTag, text: string): SandboxEntity | undefined {
  const run = { offset, length: text.length - offset };
  const type = STYLES[name] ?? '';
  if (name === 'blockquote' && attributes.has('expandable')) return { type: 'expandable_blockquote', ...run };
  if (name === 'a') {
    const link = checkLink(attributes.get('href') || text.slice(offset));
    return 'url' in link ? { type, ...run, url: link.url } : undefined;
  }
  const language = name === 'code' ? /^language-(.+)/.exec(attributes.get('class') ?? '')?.[1] : undefined;
  return { type, ...run, ...(language === undefined ? {} : { language }) };
}

/** `<pre><code class="language-x">` is one block with a language; a language elsewhere is ignored. */
function joinCode(entities: readonly SandboxEntity[]): SandboxEntity[] {
  const same = (a: SandboxEntity, b: SandboxEntity) => a.offset === b.offset && a.length === b.length;
  const blocks = entities.filter(({ type }) => type === 'pre');
  const joined: SandboxEntity[] = [];
  for (const entity of entities) {
    const { language, ...plain } = entity;
    const block = entity.type === 'code' && blocks.some((pre) => same(pre, entity));
    if (block && language !== undefined) continue;
    const inner =
      entity.type === 'pre'
        ? entities.find((code) => code.type === 'code' && code.language !== undefined && same(code, entity))
        : undefined;
    joined.push(inner?.language === undefined ? plain : { ...plain, language: inner.language });
  }
  return joined;
}

/** @throws ParseError with the server's wording and byte offsets */
export function parseHtml(source: string): SandboxText {
  const open: OpenTag[] = [];
  const entities: SandboxEntity[] = [];
  let text = '';
  for (let at = 0; at < source.length; ) {
    const decoded = source[at] === '&' ? decodeReference(source, at) : undefined;
    if (source[at] !== '<') {
      text += decoded?.text ?? source[at];
      at = decoded?.next ?? at + 1;
      continue;
    }
    if (source[at + 1] !== '/') {
      const { tag, next } = readOpenTag(source, at, text.length);
      open.push(tag);
      at = next;
      continue;
    }
    const begin = at;
    const place = () => `at byte offset ${Buffer.byteLength(source.slice(0, begin))}`;
    const tag = open.pop();
    if (tag === undefined) throw new ParseError(`Unexpected end tag ${place()}`);
    const match = /^<\/([^\s>]*)\s*>/.exec(source.slice(at));
    if (match === null) throw new ParseError(`Unclosed end tag ${place()}`);
    const name = (match[1] ?? '').toLowerCase();
    if (name !== '' && name !== tag.name) {
      throw new ParseError(`Unmatched end tag ${place()}, expected "</${tag.name}>", found "</${name}>"`);
    }
    const entity = text.length > tag.offset ? entityOf(tag, text) : undefined;
    if (entity !== undefined) entities.push(entity);
    at += match[0].length;
  }
  const left = open.at(-1);
  if (left !== undefined) throw new ParseError(`Can't find end tag corresponding to start tag "${left.name}"`);
  if (/\p{Surrogate}/u.test(text)) {
    throw new ParseError(
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    );
  }
  return { text, entities: joinCode(entities) };
}
