/** A figure looked at again and again. */
export interface Series {
  readonly name: string;
  /** Each with its time in milliseconds. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** How a series went: what it was at the middle of the run and at its end, and its slope over both. */
export interface Course {
  readonly middle: number;
  readonly end: number;
  readonly perHour: number;
}

const HOUR_MS = 3_600_000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Least squares. @returns how much the value grows a millisecond */
function slopeOf(points: Series['points']): number {
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / points.length;
  const [at, value] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - at) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - at) * (y - value), 0) / spread;
}

/** The course of a series after its first third, in which caches fill and code is compiled. */
export function courseOf({ points }: Series): Course {
  const third = Math.floor(points.length / 3);
  const values = points.map(([, value]) => value);
  return {
    middle: median(values.slice(third, 2 * third)),
    end: median(values.slice(2 * third)),
    perHour: slopeOf(points.slice(third)) * HOUR_MS,
  };
}
