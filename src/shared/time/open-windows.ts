/** Whether weekly windows are open at a moment, and when that changes. Pure. */
import { momentsOf, wallClock } from './wall-clock.ts';
import type { WeeklyWindow } from './weekly-windows.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A window that began the day before yesterday is over, however the clock was set. */
const DAYS_BACK = 2;
/** A window that a change of the clock leaves out comes a week later. */
const DAYS_AHEAD = 15;

/** From a moment to another, the latter not included; milliseconds since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The spans of a window that begin on the days around a moment, from and to a number of days away from it. */
function spansOf({ days, from, to, zone }: WeeklyWindow, at: number, first: number, last: number): readonly Span[] {
  const midnight = Math.floor(wallClock(zone, at) / DAY_MS) * DAY_MS;
  const spans: Span[] = [];
  for (let day = first; day <= last; day += 1) {
    const begin = midnight + day * DAY_MS;
    if (!days.has(new Date(begin).getUTCDay())) continue;
    const span = {
      from: momentsOf(zone, begin + from * MINUTE_MS).first,
      to: momentsOf(zone, begin + to * MINUTE_MS).last,
    };
    if (span.from < span.to) spans.push(span);
  }
  return spans;
}

/**
 * Whether a moment is within any of some windows.
 *
 * @param at milliseconds since 1970
 */
export function isOpen(windows: readonly WeeklyWindow[], at: number): boolean {
  return windows.some((window) => spansOf(window, at, -DAYS_BACK, 0).some(({ from, to }) => from <= at && at < to));
}

/**
 * The next moment at which windows open or close; `undefined` where they never do.
 *
 * @param at milliseconds since 1970
 * @returns milliseconds since 1970, more than `at`
 */
export function nextChange(windows: readonly WeeklyWindow[], at: number): number | undefined {
  const spans = windows
    .flatMap((window) => spansOf(window, at, -DAYS_BACK, DAYS_AHEAD))
    .filter(({ to }) => to > at)
    .sort((one, other) => one.from - other.from);
  let open = spans[0];
  if (open === undefined) return undefined;
  if (open.from > at) return open.from;
  for (const { from, to } of spans) {
    if (from > open.to) break;
    if (to > open.to) open = { from: open.from, to };
  }
  // Spans that touch for two weeks touch for good.
  return open.to > at + (DAYS_AHEAD - 1) * DAY_MS ? undefined : open.to;
}
