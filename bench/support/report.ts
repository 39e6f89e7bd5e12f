/** Formats figures as a table and as JSON. */
import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { table } from '../../src/shared/text/table.ts';
import { type Figure, median } from './figures.ts';

/** The measured version and the machine. */
export interface Origin {
  readonly at: string;
  /** The checkout's commit, followed by `+` if files were changed; `null` outside of a checkout. */
  readonly commit: string | null;
  readonly node: string;
  readonly machine: {
    readonly cpus: number;
    readonly model: string;
    readonly memoryMb: number;
    readonly kernel: string;
  };
}

function git(...words: readonly string[]): string | null {
  try {
    return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** Reads the version and the machine. */
export function originOf(): Origin {
  const commit = git('rev-parse', '--short', 'HEAD');
  const all = cpus();
  return {
    at: new Date().toISOString(),
    commit: commit === null ? null : `${commit}${git('status', '--porcelain') === '' ? '' : '+'}`,
    node: process.version,
    machine: {
      cpus: all.length,
      model: all[0]?.model ?? 'unknown',
      memoryMb: Math.round(totalmem() / 1024 / 1024),
      kernel: release(),
    },
  };
}

/** Formats with three significant digits: 1,234 · 12.3 · 0.123 */
function shown(value: number): string {
  const digits =
    Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2 - Math.floor(Math.log10(Math.abs(value) || 1));
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(Math.max(digits, 0), 6) });
}

/** One line for each figure: median, minimum and maximum of the rounds. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ group, name, unit, values }) => [
    group,
    name,
    shown(median(values)),
    unit,
    values.length > 1 ? `${shown(Math.min(...values))} … ${shown(Math.max(...values))}` : '',
    String(values.length),
  ]);
  return table([['workload', 'figure', 'median', '', 'least … most', 'rounds'], ...rows]);
}

/** All values as JSON. */
export function asJson(origin: Origin, figures: readonly Figure[]): string {
  const listed = figures.map((figure) => ({
    ...figure,
    median: median(figure.values),
    least: Math.min(...figure.values),
    most: Math.max(...figure.values),
  }));
  return `${JSON.stringify({ ...origin, figures: listed }, null, 2)}\n`;
}
