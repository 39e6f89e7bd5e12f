import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';

/** Work that nobody waits for: it goes on beside the updates, and ends with the service. */
export interface BackgroundTasks {
  /**
   * Begins work, unless the service stops.
   *
   * @param what names it in the log
   * @returns when it has ended; never rejects, since what it throws is logged
   */
  start(what: string, work: () => Promise<void>): Promise<void>;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Tells all of it to end, and waits for that as long as `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

/** @param describe an error in words that hold no secret */
export function createBackgroundTasks(log: Log, describe: (error: unknown) => string = sentenceOf): BackgroundTasks {
  const ending = new AbortController();
  // Each run and question listens to it.
  setMaxListeners(0, ending.signal);
  const running = new Set<Promise<void>>();
  return {
    stopping: ending.signal,
    start(what, work) {
      if (ending.signal.aborted) return Promise.resolve();
      const task = work()
        .catch((error: unknown) => {
          if (!ending.signal.aborted) log.warn({ what, err: describe(error) }, 'Something could not be finished');
        })
        .finally(() => running.delete(task));
      running.add(task);
      return task;
    },
    async stop(deadlineMs) {
      ending.abort();
      const overdue = new AbortController();
      const deadline = sleep(deadlineMs, undefined, { signal: overdue.signal }).catch(() => {});
      await Promise.race([Promise.all(running), deadline]);
      overdue.abort();
    },
  };
}
