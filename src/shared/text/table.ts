import { visible } from './visible.ts';

/**
 * Formats a table for a terminal; columns are as wide as their widest cell.
 * @param rows the first row is the heading
 */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** Prepares untrusted text for one cell: on one line, control characters escaped, shortened to `longest` characters. */
export function cell(text: string, longest = 60): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // What is left of the format characters takes no column.
  const clean = visible(line).replace(/\p{Cf}+/gu, '');
  return [...clean].length > longest ? `${[...clean].slice(0, longest - 1).join('')}…` : clean;
}
