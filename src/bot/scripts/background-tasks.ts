import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';

/** Work in the background: no update and no request waits for it, and it ends with the service. */
export interface BackgroundTasks {
  /**
   * Begins a task, unless the service stops.
   *
   * @param what names it in the log
   * @returns a promise that resolves when the task has ended; it never rejects, since what the task throws is logged
   */
  start(what: string, work: () => Promise<void>): Promise<void>;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Waits until all tasks have ended, at most `deadlineMs` milliseconds. */
  stop(deadlineMs: number): Promise<void>;
}

/**
 * @param stopping tells the tasks to end; `stop` waits for them
 * @param describe turns an error into a sentence that holds no secret
 */
export function createBackgroundTasks(
  log: Log,
  stopping: AbortSignal,
  describe: (error: unknown) => string = sentenceOf,
): BackgroundTasks {
  const running = new Set<Promise<void>>();
  return {
    stopping,
    start(what, work) {
      if (stopping.aborted) return Promise.resolve();
      const task = work()
        .catch((error: unknown) => {
          if (!stopping.aborted) log.warn({ what, err: describe(error) }, 'A background task failed');
        })
        .finally(() => running.delete(task));
      running.add(task);
      return task;
    },
    async stop(deadlineMs) {
      const over = new AbortController();
      const deadline = sleep(deadlineMs, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([Promise.all(running), deadline]);
      over.abort();
    },
  };
}
