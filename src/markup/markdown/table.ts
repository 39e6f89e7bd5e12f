import type { AlignType, Table } from 'mdast';
import { createWriter } from '../writer.ts';
import { type RenderContext, renderInlines } from './inlines.ts';
import { displayWidth } from './width.ts';

/** A cell wider than this overflows, so that one long cell doesn't widen a thousand rows. */
const WIDEST = 40;

function cellsOf(table: Table, context: RenderContext): readonly (readonly string[])[] {
  return table.children.map((row) =>
    row.children.map((cell) => {
      const writer = createWriter();
      renderInlines(cell.children, { ...context, writer, addressesShown: true });
      return writer.result().text.replace(/\s+/g, ' ').trim();
    }),
  );
}

function pad(cell: string, width: number, align: AlignType | undefined): string {
  const space = Math.max(0, width - displayWidth(cell));
  const left = align === 'right' ? space : align === 'center' ? Math.floor(space / 2) : 0;
  return ' '.repeat(left) + cell + ' '.repeat(space - left);
}

/** A table as lines of a fixed-width font: aligned columns, and a rule under the head. */
function tableText(table: Table, context: RenderContext): string {
  const rows = cellsOf(table, context);
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.min(WIDEST, Math.max(1, ...rows.map((row) => displayWidth(row[column] ?? '')))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, table.align?.[column]))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** Columns of a fixed-width font that a phone shows without breaking lines, generously. */
const WIDEST_TABLE = 60;

/** A row for each entry, `name: value`; empty cells are left out. */
function writeAsList(table: Table, context: RenderContext): void {
  const { writer } = context;
  const [head, ...body] = table.children;
  const [names = []] = cellsOf({ ...table, children: head === undefined ? [] : [head] }, context);
  for (const [index, row] of body.entries()) {
    if (index > 0) writer.write('\n\n');
    const cells = row.children.map((cell, column) => ({ cell, name: names[column] ?? '' }));
    const filled = cells.filter(({ cell }) => cell.children.length > 0);
    for (const [place, { cell, name }] of filled.entries()) {
      writer.write(`${place > 0 ? '\n' : ''}${name === '' ? '' : `${name}: `}`);
      renderInlines(cell.children, context);
    }
  }
}

/** Writes a table: as aligned columns where they fit a screen, else as a list of names and values for each row. */
export function writeTable(table: Table, context: RenderContext): void {
  const text = tableText(table, context);
  const isWide = text.split('\n').some((line) => displayWidth(line) > WIDEST_TABLE);
  if (isWide && table.children.length > 1) writeAsList(table, context);
  else context.writer.pre(text);
}
