const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** Formats a size in its largest unit of a thousand, such as `900 B`, `1.2 kB` or `48 MB`, with a no-break space. */
export function bytes(size: number): string {
  const unit = Math.min(UNITS.length - 1, size < 1000 ? 0 : Math.floor(Math.log10(size) / 3));
  const value = size / 1000 ** unit;
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)}\u00a0${UNITS[unit]}`;
}
