import type { Node } from './nodes.ts';

const isCell = (node: Node | undefined) => node?.kind === 'cell';
const isBlank = (node: Node | undefined) => node?.kind === 'words' && node.text.trim() === '';

/** Puts cells that follow one another, with nothing but white space between, into a row. */
export function inRows(nodes: readonly Node[]): readonly Node[] {
  if (!nodes.some(isCell)) return nodes;
  const found: Node[] = [];
  let row: Node[] | undefined;
  for (const [index, node] of nodes.entries()) {
    if (row !== undefined && isBlank(node) && isCell(nodes[index + 1])) continue;
    if (isCell(node) && row !== undefined) row.push(node);
    else {
      row = isCell(node) ? [node] : undefined;
      found.push(row === undefined ? node : { kind: 'row', children: row });
    }
  }
  return found;
}
