import type {
  Break,
  Delete,
  Emphasis,
  Image,
  ImageReference,
  InlineCode,
  Link,
  LinkReference,
  Nodes,
  PhrasingContent,
  Strong,
} from 'mdast';
import { linkable } from '../links.ts';
import type { Writer } from '../writer.ts';
import { textWithBackslashes } from './literal/backslashes.ts';
import { isLiteral } from './literal/emphasis.ts';
import { isLiteralLineEnd } from './literal/program-text.ts';
import { timeText } from './times.ts';

/** What rendering a tree needs besides its nodes. */
export interface RenderContext {
  readonly source: string;
  readonly writer: Writer;
  /** Addresses that references name, by identifier. */
  readonly definitions: ReadonlyMap<string, Target>;
  /** Write addresses out, where there can be no links. */
  readonly addressesShown?: boolean;
}

/** Where a link leads. */
export interface Target {
  readonly url: string;
  readonly title?: string | null | undefined;
}

type Placed = Pick<Nodes, 'position'>;

/** The place of a node in the source; the parser gives one to every node, those it adds itself aside. */
export function placeOf(node: Placed): { start: number; end: number } | undefined {
  const start = node.position?.start.offset;
  const end = node.position?.end.offset;
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** A node as it was typed. */
export function typed(node: Placed, source: string): string {
  const place = placeOf(node);
  return place === undefined ? '' : source.slice(place.start, place.end);
}

function emphasis(node: Emphasis | Strong | Delete, context: RenderContext): void {
  const { source, writer } = context;
  const place = placeOf(node);
  const character = source[place?.start ?? 0] ?? '*';
  const mark = node.type === 'emphasis' ? character : character.repeat(2);
  const children = () => renderInlines(node.children, context);
  if (place !== undefined && isLiteral(source, place.start, place.end, mark)) {
    writer.write(mark);
    children();
    writer.write(mark);
  } else if (node.type === 'delete') writer.format('strikethrough', children);
  else if (node.type === 'strong') writer.format('bold', children);
  else {
    // Telegram's legacy `*bold*`; but `***both***` is bold and italic, as in CommonMark.
    const besideStrong = writer.isOpen('bold') || (node.children.length === 1 && node.children[0]?.type === 'strong');
    writer.format(mark === '*' && !besideStrong ? 'bold' : 'italic', children);
  }
}

function linkTo(target: Target, label: () => void, context: RenderContext): void {
  const { writer } = context;
  const url = context.addressesShown ? undefined : linkable(target.url);
  if (url === undefined) {
    label();
    writer.write(` (${target.url.replace(/^mailto:/i, '')})`);
  } else writer.format('text_link', label, { url });
  if (target.title) writer.write(` (${target.title})`);
}

/** `x[i](j)`: a program's text, where a link would lead nowhere. */
function isIndexing(node: Link, { source }: RenderContext): boolean {
  const before = source[(placeOf(node)?.start ?? 0) - 1] ?? '';
  return /[\w)\]]/.test(before) && !/[:/]/.test(node.url);
}

function link(node: Link, context: RenderContext): void {
  const children = () => renderInlines(node.children, context);
  const raw = typed(node, context.source);
  // An address in the text: Telegram makes it a link itself. `Ann <ann@x.org>` is how programs print people.
  if (/^<[^:]*@/.test(raw)) context.writer.write(raw);
  else if (!raw.startsWith('[')) children();
  else if (node.url === '' || isIndexing(node, context)) context.writer.write(raw);
  else if (node.children.length === 0) linkTo(node, () => context.writer.write(node.url), context);
  else linkTo(node, children, context);
}

function image(node: Image, context: RenderContext): void {
  if (node.url === '') context.writer.write(typed(node, context.source));
  else linkTo(node, () => context.writer.write(node.alt || node.url), context);
}

function reference(node: LinkReference | ImageReference, context: RenderContext): void {
  const target = context.definitions.get(node.identifier);
  if (target === undefined) context.writer.write(typed(node, context.source));
  else if (node.type === 'imageReference') linkTo(target, () => context.writer.write(node.alt ?? ''), context);
  else linkTo(target, () => renderInlines(node.children, context), context);
}

/** GNU programs quote with a backtick and an apostrophe: `foo' and `bar'. */
function inlineCode(node: InlineCode, { source, writer }: RenderContext): void {
  const isGnuQuote = /^[^`']+'(?:.*\s|[^\w]*)$/s.test(node.value) && typed(node, source).startsWith('`');
  if (isGnuQuote) writer.write(typed(node, source));
  else writer.code(node.value);
}

function isKeptBreak(node: Break, { source }: RenderContext): boolean {
  const start = placeOf(node)?.start ?? -1;
  return source[start] === '\\' && isLiteralLineEnd(source, start);
}

/** Writes words and their formatting. */
export function renderInlines(nodes: readonly PhrasingContent[], context: RenderContext): void {
  const { writer } = context;
  for (const node of nodes) {
    if (node.type === 'text') writer.write(textWithBackslashes(node.value, placeOf(node), context.source));
    else if (node.type === 'html') writer.write(node.value);
    else if (node.type === 'inlineCode') inlineCode(node, context);
    else if (node.type === 'break') writer.write(`${isKeptBreak(node, context) ? '\\' : ''}\n`);
    else if (node.type === 'dateTime')
      writer.time(timeText(node), { unix_time: node.unix, date_time_format: node.format });
    else if (node.type === 'emphasis' || node.type === 'strong' || node.type === 'delete') emphasis(node, context);
    else if (node.type === 'link') link(node, context);
    else if (node.type === 'image') image(node, context);
    else if (node.type === 'linkReference' || node.type === 'imageReference') reference(node, context);
    else writer.write(typed(node, context.source));
  }
}
