/**
 * The handovers of a rotation. They are counted from a Monday long ago, so that whose turn it is follows from the rules
 * and the moment alone, with nothing to be stored. Pure.
 */
import { parseCron } from '../../../shared/time/cron.ts';
import { momentsOf, wallClock } from '../../../shared/time/wall-clock.ts';

const DAY_MS = 86_400_000;
/** Monday, 1 January 2024, as the clock of the zone shows it. */
const FIRST = Date.UTC(2024, 0, 1);
/** Handovers a day at most: shifts of an hour. More would be counted for too long. */
const MOST_A_DAY = 24;
/** A schedule that comes once in four years has its day within them. */
const LONGEST_WAIT_DAYS = 5 * 366;

/** The handovers of a rotation; times are milliseconds since 1970. */
export interface Handovers {
  /** How many have been since the beginning of the count. */
  count(at: number): number;
  /** The last one up to a moment. */
  last(at: number): number | undefined;
  /** The first one after a moment. */
  next(at: number): number | undefined;
}

/** Why a schedule can't hand over. */
export type HandoverFault = 'never' | 'too_often';

/**
 * Reads the handovers of a schedule. A handover comes when the clock shows its time: the first time where the clock is set
 * back over it, and at once where it is set forward over it.
 *
 * @param text five fields of cron
 * @throws Problem `bad_schedule`
 */
export function parseHandovers(text: string, zone: string, field: string): Handovers | HandoverFault {
  // By a clock that is never set: readings of the zone's clock, as `wallClock` has them.
  const readings = parseCron(text, 'UTC', field);
  const first = readings.next(FIRST - 1);
  if (first === undefined) return 'never';
  const day = Math.floor(first / DAY_MS) * DAY_MS;
  if (readingsBetween(day - 1, day + DAY_MS - 1).length > MOST_A_DAY) return 'too_often';

  function readingsBetween(after: number, upTo: number): readonly number[] {
    const found: number[] = [];
    for (let at = readings.next(after); at !== undefined && at <= upTo; at = readings.next(at)) {
      found.push(at);
      if (found.length > MOST_A_DAY && upTo - after <= DAY_MS) break;
    }
    return found;
  }

  const momentOf = (reading: number) => momentsOf(zone, reading).first;
  /** The count up to a reading that every clock has long passed; it only grows. */
  let counted = { upTo: FIRST - 1, count: 0 };
  function countUpTo(reading: number): number {
    if (reading < counted.upTo) counted = { upTo: FIRST - 1, count: 0 };
    const more = readingsBetween(counted.upTo, reading).length;
    counted = { upTo: Math.max(reading, counted.upTo), count: counted.count + more };
    return counted.count;
  }
  const around = (at: number) => Math.floor(wallClock(zone, at) / DAY_MS) * DAY_MS - DAY_MS;

  return {
    count(at) {
      const from = around(at) - 1;
      const recent = readingsBetween(Math.max(from, FIRST - 1), from + 3 * DAY_MS);
      return countUpTo(from) + recent.filter((reading) => momentOf(reading) <= at).length;
    },
    last(at) {
      for (let from = around(at) + 3 * DAY_MS, tries = 0; tries <= MOST_A_DAY * 3; tries += 1) {
        const reading = readings.previous(from, 1);
        if (reading === undefined) return undefined;
        if (momentOf(reading) <= at) return momentOf(reading);
        from = reading - 1;
      }
      return undefined;
    },
    next(at) {
      for (let reading = readings.next(around(at)); reading !== undefined; reading = readings.next(reading)) {
        if (momentOf(reading) > at) return momentOf(reading);
        if (reading > at + LONGEST_WAIT_DAYS * DAY_MS) break;
      }
      return undefined;
    },
  };
}
