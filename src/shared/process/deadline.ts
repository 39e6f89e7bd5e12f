/**
 * Runs work until a signal aborts it or its time limit ends, whichever comes first.
 *
 * `AbortSignal.any` would do the same, but in Node 20 each call leaks about 2 kB for the lifetime of its longest-lived
 * signal, which for the service's own signal is until it stops.
 *
 * @param parent aborts the work early; optional
 * @param ms time limit
 * @param work gets its own signal; after the time limit its reason is a `TimeoutError`
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
