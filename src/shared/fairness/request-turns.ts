/**
 * Lets requests begin by turns of those who sent them: who sends many waits behind themselves.
 *
 * Promises: between two waiting requests of one party each other party that waits has its turn; between a few requests the
 * event loop goes on, so that connections are accepted, answers are written, and clients that left are noticed; requests
 * that leave cost nothing.
 */

/** @see createRequestTurns */
export interface RequestTurns<Party> {
  /**
   * @param begin called once, when it is the party's turn, or at once
   * @returns leaves the queue; does nothing when it has begun
   */
  add(party: Party, begin: () => void): () => void;
}

/** A request that waits; equal functions may wait twice. */
interface Waiting {
  readonly begin: () => void;
}

/**
 * Nobody waits.
 *
 * @param options.perTurn requests that begin in a turn of the event loop, of those that wait
 * @param options.atOnce requests of one party that begin without a wait in a turn of the event loop, none unless given:
 *   ordinary use then waits for nothing
 * @param options.waitMs milliseconds until a party may begin another; it counts one whenever it returns 0. What exceeds such
 *   a rate waits and is not refused, so that a valid login succeeds
 */
export function createRequestTurns<Party>(options: {
  readonly perTurn: number;
  readonly atOnce?: number;
  readonly waitMs?: (party: Party) => number;
}): RequestTurns<Party> {
  const { perTurn, atOnce = 0, waitMs = () => 0 } = options;
  // In the order of their turns.
  const parties = new Map<Party, Set<Waiting>>();
  /** What began at once in this turn of the event loop. */
  const begunAtOnce = new Map<Party, number>();
  let isScheduled = false;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    clearTimeout(timer);
    setImmediate(serve);
  }

  /** Takes the first request of the party whose turn it is. @returns milliseconds until a party may, where none may now */
  function takeNext(): Waiting | number {
    let leastWait = Number.POSITIVE_INFINITY;
    for (const [party, requests] of parties) {
      const wait = waitMs(party);
      leastWait = Math.min(leastWait, wait);
      const [first] = requests;
      if (wait > 0 || first === undefined) continue;
      parties.delete(party);
      requests.delete(first);
      if (requests.size > 0) parties.set(party, requests);
      return first;
    }
    return leastWait;
  }

  function serve(): void {
    isScheduled = false;
    begunAtOnce.clear();
    for (let count = 0; count < perTurn && parties.size > 0; count += 1) {
      const next = takeNext();
      if (typeof next === 'number') {
        timer = setTimeout(schedule, next).unref();
        return;
      }
      next.begin();
    }
    if (parties.size > 0) schedule();
  }

  return {
    add(party, begin) {
      const begun = begunAtOnce.get(party) ?? 0;
      const waiting = parties.get(party);
      schedule();
      if (begun < atOnce && waiting === undefined) {
        begunAtOnce.set(party, begun + 1);
        begin();
        return () => {};
      }
      const request = { begin };
      const requests = waiting ?? new Set();
      parties.set(party, requests.add(request));
      return () => {
        if (requests.delete(request) && requests.size === 0 && parties.get(party) === requests) parties.delete(party);
      };
    },
  };
}
