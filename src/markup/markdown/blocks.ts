import type { Code, Definition, Heading, List, ListItem, Nodes, Paragraph, Root, RootContent } from 'mdast';
import { expandTabs } from '../hygiene.ts';
import { linkable } from '../links.ts';
import { createWriter, type Writer } from '../writer.ts';
import { readFenceInfo } from './fences.ts';
import { placeOf, type RenderContext, renderInlines, type Target, typed } from './inlines.ts';
import { literalBlocks } from './literal/blocks.ts';
import { writeTable } from './table.ts';

const RULE = '———';

interface Collected {
  readonly definitions: Definition[];
  readonly referenced: Set<string>;
}

function collect(node: Nodes, found: Collected): Collected {
  if (node.type === 'definition') found.definitions.push(node);
  if (node.type === 'linkReference' || node.type === 'imageReference') found.referenced.add(node.identifier);
  if ('children' in node) for (const child of node.children) collect(child, found);
  return found;
}

/** The definitions that some reference uses; any other, such as the log line `[ERROR]: failed`, is text. */
function usedDefinitions(root: Root): { used: Set<Definition>; targets: Map<string, Target> } {
  const { definitions, referenced } = collect(root, { definitions: [], referenced: new Set() });
  const used = new Set<Definition>();
  const targets = new Map<string, Target>();
  for (const definition of definitions) {
    const { identifier, url } = definition;
    if (targets.has(identifier) || !referenced.has(identifier) || linkable(url) === undefined) continue;
    targets.set(identifier, definition);
    used.add(definition);
  }
  return { used, targets };
}

interface BlockContext extends RenderContext {
  readonly used: ReadonlySet<Definition>;
}

/**
 * A paragraph's first line loses its indentation to the parser: what all its lines share goes, the rest is put back.
 *
 * @param keepsAll whether nothing goes, because the line above is shown with its own
 */
function paragraph(node: Paragraph, context: BlockContext, keepsAll = false): void {
  const start = placeOf(node)?.start ?? 0;
  const lineStart = context.source.lastIndexOf('\n', start - 1) + 1;
  const indent = /^[ \t]*$/.exec(start === 0 ? '' : context.source.slice(lineStart, start))?.[0].length ?? 0;
  if (indent === 0) {
    renderInlines(node.children, context);
    return;
  }
  const further = typed(node, context.source).matchAll(/\n([ \t]*)/g);
  const shared = keepsAll ? 0 : Math.min(indent, ...[...further].map(([, blank = '']) => blank.length));
  context.writer.write(' '.repeat(indent - shared));
  const shorten = new RegExp(`\\n[ \\t]{0,${shared}}`, 'g');
  const writer: Writer = { ...context.writer, write: (text) => context.writer.write(text.replace(shorten, '\n')) };
  renderInlines(node.children, { ...context, writer });
}

function heading(node: Heading, context: BlockContext): void {
  const { writer } = context;
  const raw = typed(node, context.source);
  const lines = raw.startsWith('#') ? 1 : raw.split('\n').length - 1;
  if (node.children.length === 0) writer.write(raw);
  else if (lines > 1 && node.depth === 2) {
    // Lines and a row of dashes: meant as a rule, however CommonMark has it.
    renderInlines(node.children, context);
    writer.write(`\n${RULE}`);
  } else writer.format('bold', () => renderInlines(node.children, context));
}

function code(node: Code, { writer, source }: BlockContext): void {
  const info = [node.lang, node.meta].filter((word) => word).join(' ');
  const { language, words } = readFenceInfo(info);
  if (node.value.trim() === '') writer.write(typed(node, source));
  else writer.pre(expandTabs(words === '' ? node.value : `${words}\n${node.value}`), language);
}

/** Numbers as typed, unless all are the same, which is Markdown's way to say "count for me". */
function numbersOf(list: List, source: string): readonly string[] {
  const markers = list.children.map((item) => /^(\d+)([.)])/.exec(typed(item, source)));
  const numbers = markers.map((marker) => marker?.[1] ?? '');
  const counted = numbers.length > 1 && numbers.every((number) => number === numbers[0]);
  return numbers.map((number, index) => {
    const shown = counted ? String(Number(number) + index) : number;
    return `${shown}${markers[index]?.[2] ?? '.'} `;
  });
}

function listItem(item: ListItem, marker: string, context: BlockContext): void {
  const { writer } = context;
  writer.write(item.children.length === 0 && item.checked == null ? marker.trimEnd() : marker);
  writer.indented(' '.repeat(Math.max(2, marker.length)), () => renderBlocks(item.children, context));
}

function list(node: List, context: BlockContext): void {
  const numbers = node.ordered ? numbersOf(node, context.source) : [];
  separated(node.children, context.writer, (item, index) => {
    const box = item.checked == null ? '' : item.checked ? '☑ ' : '☐ ';
    const bullet = numbers[index] ?? (box === '' ? '• ' : '');
    listItem(item, bullet + box, context);
  });
}

/** Writes nodes one below the other; where blank lines were typed between two, one stays. */
function separated<T extends RootContent>(
  nodes: readonly T[],
  writer: Writer,
  write: (node: T, index: number) => void,
): void {
  let before: T | undefined;
  for (const [index, node] of nodes.entries()) {
    const gap = (node.position?.start.line ?? 0) - (before?.position?.end.line ?? 0);
    if (before !== undefined) writer.write(gap > 1 ? '\n\n' : '\n');
    write(node, index);
    before = node;
  }
}

function renderBlock(node: RootContent, context: BlockContext): void {
  const { writer } = context;
  if (node.type === 'paragraph') paragraph(node, context);
  else if (node.type === 'heading') heading(node, context);
  else if (node.type === 'list') list(node, context);
  else if (node.type === 'blockquote') writer.quote(() => renderBlocks(node.children, context), 'when_long');
  else if (node.type === 'code') code(node, context);
  else if (node.type === 'table') writeTable(node, context);
  else if (node.type === 'thematicBreak') writer.write(RULE);
  else if (node.type === 'footnoteDefinition') {
    writer.write(`[^${node.label ?? node.identifier}]: `);
    renderBlocks(node.children, context);
  } else writer.write(typed(node, context.source));
}

function renderBlocks(nodes: readonly RootContent[], context: BlockContext): void {
  const shown = nodes.filter((node) => node.type !== 'definition' || !context.used.has(node));
  separated(shown, context.writer, (node) => renderBlock(node, context));
}

/** A block as typed, with the indentation of its first line. */
function literalText(node: RootContent, source: string): string {
  const { start, end } = placeOf(node) ?? { start: 0, end: 0 };
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  return source.slice(source.slice(lineStart, start).trim() === '' ? lineStart : start, end);
}

/** Writes the blocks of a text; what stands in quotes and lists is Markdown for certain, so only here is the rest told from it. */
function renderRoot(root: Root, context: BlockContext): void {
  const shown = root.children.filter((node) => node.type !== 'definition' || !context.used.has(node));
  const literal = literalBlocks(shown, context.source);
  separated(shown, context.writer, (node, index) => {
    const above = shown[index - 1];
    const isBelowHead = above?.type === 'code' && literal.has(above);
    if (literal.has(node)) context.writer.write(literalText(node, context.source));
    else if (node.type === 'paragraph') paragraph(node, context, isBelowHead);
    else renderBlock(node, context);
  });
}

/** Writes a parsed text. @param source what was parsed into `root` */
export function renderTree(root: Root, source: string): ReturnType<Writer['result']> {
  const { used, targets } = usedDefinitions(root);
  const writer = createWriter();
  renderRoot(root, { source, writer, definitions: targets, used });
  return writer.result();
}
