/** The axis of durations, from milliseconds to days, with round marks. Pure. */

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
/** Marks that fit on the axis. */
const MOST_MARKS = 6;

/** The distance between drawn marks if this many follow the first. */
const stepOf = (more: number) => Math.max(1, Math.ceil(more / (MOST_MARKS - 1)));

/** From a mark below the shortest to one above the longest time, ms; both are drawn. `null` without times. */
export function rangeOf(shortest: number | null, longest: number | null): [number, number] {
  const first = Math.max(
    0,
    MARKS.findLastIndex((mark) => mark <= (shortest ?? 1)),
  );
  const above = MARKS.findIndex((mark, index) => index > first && mark >= (longest ?? SECOND));
  const last = above < 0 ? MARKS.length - 1 : above;
  const step = stepOf(last - first);
  const past = (step - ((last - first) % step)) % step;
  // If there are too few marks above, extends the range below.
  const room = Math.min(past, MARKS.length - 1 - last);
  return [MARKS[first - past + room] ?? 1, Math.max(MARKS[last + room] ?? SECOND, longest ?? 0)];
}

/** The drawn marks in a range, ms. */
export function marksBetween(from: number, to: number): number[] {
  const marks = MARKS.filter((mark) => mark >= from && mark <= to);
  return marks.filter((_, index) => index % stepOf(marks.length - 1) === 0);
}
