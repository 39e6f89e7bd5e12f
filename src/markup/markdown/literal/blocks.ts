import type { Blockquote, Code, Heading, List, RootContent } from 'mdast';
import { placeOf, typed } from '../inlines.ts';
import { areSigns, areStars, isComment, isComparison } from './program-text.ts';

const lineOf = (node: RootContent, side: 'start' | 'end') => node.position?.[side].line ?? 0;

/** The line before a place, or after it; empty at the text's ends. */
function lineBeside(source: string, at: number, side: 'before' | 'after'): string {
  if (side === 'after') return /^[^\n]*\n([^\n]*)/.exec(source.slice(at, at + 1000))?.[1] ?? '';
  return /(?:^|\n)([^\n]*)\n[^\n]*$/.exec(source.slice(Math.max(0, at - 1000), at))?.[1] ?? '';
}

const itemsOf = (list: List, source: string) => list.children.map((item) => typed(item, source));

/** Lists of the other sign right beside this one: a diff, or a column of signed numbers. */
function isOpposed(node: List, beside: RootContent | undefined, source: string): boolean {
  if (beside?.type !== 'list' || beside.ordered === true) return false;
  const gap = Math.max(lineOf(node, 'start') - lineOf(beside, 'end'), lineOf(beside, 'start') - lineOf(node, 'end'));
  const marks = [typed(node, source)[0], typed(beside, source)[0]].sort().join('');
  return gap === 1 && marks === '+-';
}

function isLiteralList(node: List, beside: readonly (RootContent | undefined)[], source: string): boolean {
  if (node.ordered === true) return false;
  const opposed = beside.some((one) => isOpposed(node, one, source));
  const items = itemsOf(node, source);
  return areSigns(items, opposed) || areStars(items);
}

function isLiteralHeading(node: Heading, source: string): boolean {
  const place = placeOf(node);
  const text = typed(node, source);
  if (place === undefined || !text.startsWith('#')) return false;
  return isComment(text, lineBeside(source, place.start, 'before'), lineBeside(source, place.end, 'after'));
}

/** An indented line right above others is the head of a table, not code. */
function isHead(node: Code, next: RootContent | undefined, source: string): boolean {
  const isIndented = !/^(?:`{3}|~{3})/.test(typed(node, source).trimStart());
  return isIndented && next !== undefined && lineOf(next, 'start') === lineOf(node, 'end') + 1;
}

const isLiteralQuote = (node: Blockquote, source: string) => isComparison(typed(node, source).split('\n'));

/** The blocks among these that read as a program's text, and are shown as typed. */
export function literalBlocks(nodes: readonly RootContent[], source: string): ReadonlySet<RootContent> {
  const literal = new Set<RootContent>();
  for (const [index, node] of nodes.entries()) {
    if (node.type === 'code' && isHead(node, nodes[index + 1], source)) literal.add(node);
    if (node.type === 'list' && isLiteralList(node, [nodes[index - 1], nodes[index + 1]], source)) literal.add(node);
    if (node.type === 'heading' && isLiteralHeading(node, source)) literal.add(node);
    if (node.type === 'blockquote' && isLiteralQuote(node, source)) literal.add(node);
  }
  return literal;
}
