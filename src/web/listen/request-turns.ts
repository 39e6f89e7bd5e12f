/**
 * Lets requests begin one at a time, by turns of their sources: a source that sends many waits behind itself.
 *
 * Promises: between two of one source each other source that waits has its turn; a source begins at most its rate, and
 * what exceeds that waits and is not refused, so that a valid login succeeds; requests that leave cost nothing.
 */
import { createRateLimit } from '../../shared/http/rate-limit.ts';

/** @see createRequestTurns */
export interface RequestTurns {
  /** @param begin called once, when it is the source's turn. @returns leaves the queue; does nothing when it has begun */
  add(source: string, begin: () => void): () => void;
}

/** A request that waits; equal functions may wait twice. */
interface Waiting {
  readonly begin: () => void;
}

/**
 * @param options.perMinute requests of one source, also the size of the largest burst
 * @param options.now milliseconds on a clock that never goes back
 */
export function createRequestTurns(options: { readonly perMinute: number; readonly now: () => number }): RequestTurns {
  const rate = createRateLimit<string>(options);
  // In the order of their turns.
  const sources = new Map<string, Set<Waiting>>();
  let isScheduled = false;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    clearTimeout(timer);
    // Between two requests the event loop accepts connections, and notices clients that left.
    setImmediate(serve);
  }

  function serve(): void {
    isScheduled = false;
    let leastWait = Number.POSITIVE_INFINITY;
    for (const [source, requests] of sources) {
      const wait = rate.take(source);
      leastWait = Math.min(leastWait, wait);
      if (wait > 0) continue;
      const [first] = requests;
      sources.delete(source);
      if (first === undefined) break;
      requests.delete(first);
      if (requests.size > 0) sources.set(source, requests);
      first.begin();
      break;
    }
    if (sources.size === 0) return;
    if (leastWait === 0) schedule();
    else timer = setTimeout(schedule, leastWait).unref();
  }

  return {
    add(source, begin) {
      const request = { begin };
      const requests = sources.get(source) ?? new Set();
      sources.set(source, requests.add(request));
      schedule();
      return () => {
        if (requests.delete(request) && requests.size === 0 && sources.get(source) === requests) sources.delete(source);
      };
    },
  };
}
