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

/** Which mark is drawn after one that is, where this many follow it. */
const stepOf = (more: number) => Math.max(1, Math.ceil(more / (MOST_MARKS - 1)));

/** From a mark below the shortest to one above the longest, ms, both to be drawn. `null` where there are no times. */
export function rangeOf(shortest: number | null, longest: number | null): [number, number] {
  const first = Math.max(
    0,
    MARKS.findLastIndex((mark) => mark <= (shortest ?? 1)),
  );
  const above = MARKS.findIndex((mark, index) => index > first && mark >= (longest ?? SECOND));
  const last = above < 0 ? MARKS.length - 1 : above;
  const step = stepOf(last - first);
  const past = (step - ((last - first) % step)) % step;
  // Where there are no more marks above, there are some below.
  const room = Math.min(past, MARKS.length - 1 - last);
  return [MARKS[first - past + room] ?? 1, Math.max(MARKS[last + room] ?? SECOND, longest ?? 0)];
}

/** The marks to draw between two, ms. */
export function marksBetween(from: number, to: number): number[] {
  const marks = MARKS.filter((mark) => mark >= from && mark <= to);
  return marks.filter((_, index) => index % stepOf(marks.length - 1) === 0);
}
