/** The measured values of each round. */

/** A measured quantity. */
export interface Figure {
  /** The workload, such as `herd`. */
  readonly group: string;
  readonly name: string;
  /** Such as `ms`, `1/s`, `MB`; empty for a ratio or a count. */
  readonly unit: string;
  /** One value for each round, in order. */
  readonly values: readonly number[];
}

/** Records a value measured by a workload. */
export type Note = (name: string, unit: string, value: number) => void;

/** @see createFigures */
export interface Figures {
  readonly all: readonly Figure[];
  noteFor(group: string): Note;
}

/** Keeps every figure in the order in which it was first seen. */
export function createFigures(): Figures {
  const all: (Figure & { readonly values: number[] })[] = [];
  return {
    all,
    noteFor: (group) => (name, unit, value) => {
      const known = all.find((figure) => figure.group === group && figure.name === name);
      if (known) known.values.push(value);
      else all.push({ group, name, unit, values: [value] });
    },
  };
}

/** The smallest value that is not below a given share of all values. @param share 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The median. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);
