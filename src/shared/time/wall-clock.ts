/**
 * The clock on a wall of a time zone, and the moments at which it shows a time. A reading is written as milliseconds, as
 * if the clock were one of UTC: 1970-01-01 09:00 in Berlin is 9 hours.
 */

const DAY_MS = 86_400_000;
/** Beyond the largest change of any zone: Samoa left out a whole day in 2011. */
const AROUND_MS = 26 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats of time zones are slow to make; there are some 600 names, so all of them may be kept. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, made);
  return made;
}

/**
 * What the clock of a zone shows at a moment.
 *
 * @param zone a name such as `Europe/Berlin`; a wrong one throws RangeError
 * @param at milliseconds since 1970
 */
export function wallClock(zone: string, at: number): number {
  const parts = formatOf(zone).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const seconds = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return seconds + (((at % 1000) + 1000) % 1000);
}

/** The moment of a change between two, `low` before and `high` after it, to the millisecond. */
function changeBetween(low: number, high: number, isAfter: (at: number) => boolean): number {
  let [before, after] = [low, high];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (isAfter(middle)) after = middle;
    else before = middle;
  }
  return after;
}

/**
 * The moments at which the clock of a zone shows a reading: two where it is set back over it. Where it is set forward over
 * it, both are the moment at which that happens.
 *
 * @param reading milliseconds, as `wallClock` has them
 * @returns milliseconds since 1970
 */
export function momentsOf(zone: string, reading: number): { readonly first: number; readonly last: number } {
  const offsets = [reading - AROUND_MS, reading + AROUND_MS].map((at) => wallClock(zone, at) - at);
  const shown = offsets.map((offset) => reading - offset).filter((at) => wallClock(zone, at) === reading);
  if (shown.length > 0) return { first: Math.min(...shown), last: Math.max(...shown) };
  const around = [reading - DAY_MS * 1.5, reading + DAY_MS * 1.5] as const;
  const change = changeBetween(...around, (at) => wallClock(zone, at) >= reading);
  return { first: change, last: change };
}
