/**
 * A limit on how much is under way at one time, which parties share.
 *
 * Promises: a party has at most its own number of places, and fewer where few are free, so that a few parties don't take
 * all; parties that wait for a place take turns.
 */
import { createTurns } from './turns.ts';

/** A place that was taken. */
export interface Place {
  /** Frees it, once. */
  free(): void;
}

/** Which limit is reached: the party's own, or that of all. */
export interface Full {
  readonly full: 'party' | 'all';
}

/** @see createConcurrencyLimit */
export interface ConcurrencyLimit {
  /** Takes a place. */
  take(party: string): Place | Full;
  /**
   * Takes a place when there is one.
   *
   * @param ms how long to wait for it at most
   * @param signal ends the wait, and rejects with its reason
   */
  wait(party: string, ms: number, signal: AbortSignal): Promise<Place | Full>;
  /** Takes a place when there is one, however long that takes. */
  enter(party: string): Promise<Place>;
  /** Counts something that is under way already, whatever the limits. */
  occupy(party: string): Place;
}

/** How much may be under way. */
export interface ConcurrencyLimits {
  /** Of one party. */
  readonly perParty: number;
  readonly overall: number;
  /** A party may have at most this multiple of the places that are free when it takes one, and always one. */
  readonly shareOfFree?: number;
}

/** Requests of one party that wait at a time; further ones are refused at once. */
const MOST_WAITING = 16;

/** A request that waits. */
interface Waiting {
  /** Ends the wait with a place; does nothing when it is over. */
  readonly give: () => void;
}

/** Nothing is under way. */
export function createConcurrencyLimit({
  perParty,
  overall,
  shareOfFree = Number.POSITIVE_INFINITY,
}: ConcurrencyLimits): ConcurrencyLimit {
  const taken = new Map<string, number>();
  const waiting = new Map<string, number>();
  const turns = createTurns<Waiting>();
  let total = 0;

  function count(counts: Map<string, number>, party: string, change: 1 | -1): void {
    const next = (counts.get(party) ?? 0) + change;
    if (next > 0) counts.set(party, next);
    else counts.delete(party);
  }

  function fullFor(party: string): Full | undefined {
    const own = taken.get(party) ?? 0;
    const free = overall - total;
    if (own >= perParty) return { full: 'party' };
    if (free <= 0) return { full: 'all' };
    return own > 0 && own >= shareOfFree * free ? { full: 'party' } : undefined;
  }

  function occupy(party: string): Place {
    count(taken, party, 1);
    total += 1;
    let held = true;
    return {
      free() {
        if (!held) return;
        held = false;
        total -= 1;
        count(taken, party, -1);
        serve();
      },
    };
  }

  /** Gives free places to those who wait, by turns. */
  function serve(): void {
    while (total < overall) {
      const request = turns.take((party) => fullFor(party) === undefined);
      if (request === undefined) return;
      request.give();
    }
  }

  function enqueue(party: string, full: Full, ms: number, signal: AbortSignal): Promise<Place | Full> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const settle = (act: () => void) => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        count(waiting, party, -1);
        act();
      };
      const aborted = () => settle(() => reject(signal.reason));
      const timer = setTimeout(() => settle(() => resolve(full)), ms);
      signal.addEventListener('abort', aborted);
      count(waiting, party, 1);
      turns.add(party, { give: () => settle(() => resolve(occupy(party))) });
    });
  }

  function enter(party: string): Promise<Place> {
    if (!waiting.has(party) && fullFor(party) === undefined) return Promise.resolve(occupy(party));
    count(waiting, party, 1);
    return new Promise((resolve) => {
      const give = () => {
        count(waiting, party, -1);
        resolve(occupy(party));
      };
      turns.add(party, { give });
    });
  }

  return {
    enter,
    take: (party) => fullFor(party) ?? occupy(party),
    occupy,
    async wait(party, ms, signal) {
      signal.throwIfAborted();
      const ahead = waiting.get(party) ?? 0;
      const full = ahead > 0 ? ({ full: 'party' } as const) : fullFor(party);
      if (full === undefined) return occupy(party);
      return ahead >= MOST_WAITING ? full : enqueue(party, full, ms, signal);
    },
  };
}
