/**
 * Runs work that ends when a signal says so or when its time is over, whichever comes first.
 *
 * `AbortSignal.any` would do the same, but in Node 20 each call leaves some 2 kB behind for as long as the longest of
 * its signals lives, which for the service's own is until it stops.
 *
 * @param parent ends the work early, or nothing does
 * @param ms how long the work may take
 * @param work is handed a signal of its own; aborted by time, its reason is a `TimeoutError`
 */
export async function withDeadline<T>(
  parent: AbortSignal | undefined,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const end = () => own.abort(parent?.reason);
  const timer = setTimeout(() => own.abort(new DOMException('The time is over.', 'TimeoutError')), ms);
  if (parent?.aborted) end();
  parent?.addEventListener('abort', end);
  try {
    return await work(own.signal);
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener('abort', end);
  }
}
