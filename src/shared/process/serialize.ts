/**
 * Makes a function that runs `work` so that whoever asks while it runs shares the next run with all others who asked:
 * each gets a run that began after they asked, and there are never two at once.
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

/** Makes a queue that runs what it is given one after the other, whatever becomes of each. */
export function createSerializer(): <R>(work: () => Promise<R>) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work, work);
    last = run.catch(() => {});
    return run;
  };
}
