/** What long runs measured, told by their tests and printed as tables once the run is over. */
import type { RunnerTask, TestContext } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** A row of a table: its name, and what belongs under each heading. */
export type Row = Readonly<Record<string, string | number>>;

declare module 'vitest' {
  interface TaskMeta {
    figures?: { readonly table: string; readonly row: Row }[];
  }
}

/** Adds a row to the printed tables. */
export function tell({ task }: Pick<TestContext, 'task'>, table: string, row: Row): void {
  const { meta } = task as RunnerTask;
  meta.figures = [...(meta.figures ?? []), { table, row }];
}

const shown = (value: string | number | undefined) =>
  typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 1 }) : (value ?? '');

function drawn(rows: readonly Row[]): string {
  const headings = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [headings, ...rows.map((row) => headings.map((heading) => shown(row[heading])))];
  const widths = headings.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  const pad = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0));
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

/** Prints every table after the usual report. */
export class FigureTables implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tables = new Map<string, Row[]>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        for (const { table, row } of test.meta().figures ?? []) tables.set(table, [...(tables.get(table) ?? []), row]);
      }
    }
    for (const [table, rows] of tables) setImmediate(() => process.stdout.write(`\n${table}\n${drawn(rows)}\n`));
  }
}
