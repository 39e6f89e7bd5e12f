/** The scale of durations, from milliseconds to days: marks that people count by. Pure. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MARKS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 30].map((count) => count * MINUTE),
  ...[1, 2, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10].map((count) => count * DAY),
];
/** As many as stand clear of one another. */
const MOST_MARKS = 6;

/** From the mark below the shortest to the mark above the longest, ms; never the same. `null` where there are none. */
export function rangeOf(shortest: number | null, longest: number | null): [number, number] {
  const from = MARKS.findLast((mark) => mark <= (shortest ?? 1)) ?? 1;
  const to = MARKS.find((mark) => mark > from && mark >= (longest ?? SECOND));
  return [from, to ?? longest ?? SECOND];
}

/** The marks to draw between two, both of them marks, ms. */
export function marksBetween(from: number, to: number): number[] {
  const marks = MARKS.filter((mark) => mark >= from && mark <= to);
  const step = Math.ceil(marks.length / MOST_MARKS);
  return marks.filter((_, index) => index % step === 0);
}
