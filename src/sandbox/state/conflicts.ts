/**
 * Answers 409 like the real server: a second conflict within `delayMs` is answered that much later, so that two programs
 * do not interrupt each other in a tight loop. `fail_query_conflict` in tdlib/telegram-bot-api
 */
import { ApiError } from '../http/api-error.ts';

/** @see createConflicts */
export interface Conflicts {
  /** Resolves with the error when it is time to answer with it. @param reason without the prefix `Conflict: ` */
  next(reason: string): Promise<ApiError>;
  /** Drops the answers that are still due. */
  close(): void;
}

/** No conflict has happened yet. @param delayMs milliseconds */
export function createConflicts(delayMs: number): Conflicts {
  const timers = new Set<NodeJS.Timeout>();
  let calmAt = Number.NEGATIVE_INFINITY;
  return {
    next(reason) {
      const error = new ApiError(409, `Conflict: ${reason}`);
      const at = performance.now();
      if (at >= calmAt) {
        calmAt = at + delayMs;
        return Promise.resolve(error);
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          resolve(error);
        }, delayMs);
        timers.add(timer);
      });
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
