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
  const midnightOf = (reading: number) => Math.floor(reading / DAY_MS) * DAY_MS;
  const firstDay = midnightOf(first);
  /** The same on each day of the schedule: which days these are, other fields say. */
  const perDay = readingsBetween(firstDay - 1, firstDay + DAY_MS - 1).length;
  if (perDay > MOST_A_DAY) return 'too_often';

  function readingsBetween(after: number, upTo: number): readonly number[] {
    const found: number[] = [];
    for (let at = readings.next(after); at !== undefined && at <= upTo; at = readings.next(at)) {
      found.push(at);
      if (found.length > MOST_A_DAY && upTo - after <= DAY_MS) break;
    }
    return found;
  }

  const momentOf = (reading: number) => momentsOf(zone, reading).first;
  /** How many readings there are from one midnight to another, a look at the schedule for each day that has some. */
  function countBetween(from: number, to: number): number {
    let count = 0;
    for (
      let at = readings.next(from - 1);
      at !== undefined && at < to;
      at = readings.next(midnightOf(at) + DAY_MS - 1)
    ) {
      count += perDay;
    }
    return count;
  }

  /** The last count; the next one is counted from there, in either direction. */
  let counted = { midnight: FIRST, count: 0 };
  function countBefore(midnight: number): number {
    const { midnight: from, count } = counted;
    const to = Math.max(midnight, FIRST);
    counted = { midnight: to, count: to < from ? count - countBetween(to, from) : count + countBetween(from, to) };
    return counted.count;
  }
  const around = (at: number) => midnightOf(wallClock(zone, at)) - DAY_MS;

  return {
    count(at) {
      const from = around(at);
      const recent = readingsBetween(Math.max(from, FIRST) - 1, from + 3 * DAY_MS - 1);
      return countBefore(from) + recent.filter((reading) => momentOf(reading) <= at).length;
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
