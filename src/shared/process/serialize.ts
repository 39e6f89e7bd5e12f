/**
 * Coalesces calls of `work`: all calls made during a run share the next run. So each call gets a run that began after
 * it, and there is never more than one run at a time.
 */
export function shareNext<R>(work: () => Promise<R>): () => Promise<R> {
  let running: Promise<R> | undefined;
  let next: Promise<R> | undefined;
  const start = (): Promise<R> => {
    next = undefined;
    const run = work();
    running = run;
    const done = () => {
      if (running === run && next === undefined) running = undefined;
    };
    run.then(done, done);
    return run;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running.then(start, start);
    return next;
  };
}

/** Creates a queue that runs its work one after the other, even if some of it fails. */
export function createSerializer(): <R>(work: () => Promise<R>) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work, work);
    last = run.catch(() => {});
    return run;
  };
}
