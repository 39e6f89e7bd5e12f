import { setMaxListeners } from 'node:events';
import { sentenceOf } from '../core/problem.ts';
import type { Log } from '../shared/process/log.ts';
import { type AttemptParts, createAttempt, type Reach } from './attempt.ts';

/** What the worker works with. */
export interface WorkerParts<P> extends Omit<AttemptParts<P>, 'reach' | 'signal'> {
  readonly log: Log;
  /** Calls at one time. */
  readonly parallel: number;
}

/** @see createWorker */
export interface Worker {
  /** Looks at the schedule again, after something was added or a lane was freed. */
  wake(): void;
  /** The channel answered: what waits for that goes now. */
  markOnline(): void;
  /** Resolves when no part of a delivery is being sent. */
  ended(delivery: string): Promise<void>;
  /** Starts nothing more; resolves when no call is left, aborting calls after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

/** What a stop grants to aborted calls, in milliseconds. */
const LAST_MOMENT_MS = 500;
/** The wait before a lane whose head could not be handled is tried again, in milliseconds. */
const UNHANDLED_WAIT_MS = 10_000;
/** The longest sleep between two looks at the schedule, in milliseconds. */
const LONGEST_SLEEP_MS = 60_000;

/** The loop that sends what the schedule allows. */
export function createWorker<P>(parts: WorkerParts<P>): Worker {
  const { schedule, log, clock, parallel } = parts;
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const running = new Map<string, Promise<void>>();
  let stopping = false;
  let offline = false;
  let answeredAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const reach: Reach = {
    answered() {
      answeredAt = clock();
      if (!offline) return;
      offline = false;
      schedule.markOnline(clock());
      wake();
    },
    missed(begun) {
      // A channel that answered others meanwhile is in reach: this call failed by itself, and their success says nothing about it.
      const isAway = answeredAt < begun;
      if (isAway) offline = true;
      return isAway;
    },
    isAway: () => offline,
  };
  const attempt = createAttempt<P>({ ...parts, reach, signal: abort.signal });

  function wake(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    while (!stopping && running.size < parallel) {
      const at = clock();
      const next = schedule.next(at);
      if (next.kind === 'idle') return;
      if (next.kind === 'wait') {
        timer = setTimeout(wake, Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.ceil(next.until - at))));
        return;
      }
      const { lane, item } = next;
      const task: Promise<void> = attempt(lane, item)
        .catch((error: unknown) => {
          log.error({ err: sentenceOf(error), delivery: item.delivery }, 'A delivery could not be handled');
          schedule.again(lane, clock(), clock() + UNHANDLED_WAIT_MS);
        })
        .finally(() => {
          running.delete(item.delivery);
          wake();
        });
      running.set(item.delivery, task);
    }
  }

  return {
    wake,
    markOnline: reach.answered,
    async ended(delivery) {
      await running.get(delivery);
    },
    async stop(deadlineMs) {
      stopping = true;
      if (timer !== undefined) clearTimeout(timer);
      const hurry = setTimeout(() => abort.abort(), deadlineMs);
      let last: NodeJS.Timeout | undefined;
      const over = new Promise<void>((resolve) => {
        last = setTimeout(resolve, deadlineMs + LAST_MOMENT_MS);
      });
      await Promise.race([Promise.all(running.values()), over]);
      clearTimeout(hurry);
      clearTimeout(last);
    },
  };
}
