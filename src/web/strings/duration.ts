const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Formats a duration in its largest unit, such as `16 ms`, `1.2 s` or `6 h`, with a no-break space. */
export function duration(milliseconds: number): string {
  const [unit, length] = UNITS.find((entry) => milliseconds >= entry[1]) ?? ['ms', 1];
  const count = milliseconds / length;
  return `${unit !== 'ms' && count < 10 ? Math.round(count * 10) / 10 : Math.round(count)}\u00a0${unit}`;
}
