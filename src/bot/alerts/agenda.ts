/**
 * Named tasks, each due at a point in time.
 *
 * Promises: no task runs before its time by the computer's clock, and a task that becomes due because the clock was set
 * forward runs within a minute; a task never runs twice at a time, and a time reached during a run starts another run.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLater } from '../../queue/schedule/later.ts';

/** Concurrent runs. They often continue together after one sync, so each adds to the time that blocks the event loop. */
const AT_ONCE = 16;

/** @see createAgenda */
export interface Agenda {
  /** Plans a run; of two times for one name the earlier one counts. @param at ms since 1970; `undefined` plans nothing */
  plan(name: string, at: number | undefined): void;
  /** Resolves when no task is due or running. */
  idle(): Promise<void>;
  /** Starts no more runs; resolves when none is running. */
  stop(): Promise<void>;
}

/**
 * Nothing is planned.
 *
 * @param run does what is due; it never rejects, and plans what comes next
 */
export function createAgenda(now: () => number, run: (name: string) => Promise<void>): Agenda {
  /** The earliest time of each waiting name. */
  const planned = new Map<string, number>();
  const due = new Set<string>();
  const running = new Map<string, Promise<void>>();
  let isPumping = false;
  let isStopped = false;

  const later = createLater<{ readonly name: string; readonly at: number }>(now, ({ name, at }) => {
    // An earlier time was planned in the meantime.
    if (planned.get(name) !== at) return;
    planned.delete(name);
    due.add(name);
    void pump();
  });

  function start(name: string): void {
    due.delete(name);
    const task = run(name).finally(() => {
      running.delete(name);
      if (due.size > 0) void pump();
    });
    running.set(name, task);
  }

  async function pump(): Promise<void> {
    if (isPumping || isStopped) return;
    isPumping = true;
    // In a later turn of the event loop than its planning.
    await nextTurn();
    isPumping = false;
    for (const name of due) {
      if (running.size >= AT_ONCE) return;
      if (!running.has(name)) start(name);
    }
  }

  return {
    plan(name, at) {
      if (at === undefined || (planned.get(name) ?? Number.POSITIVE_INFINITY) <= at) return;
      planned.set(name, at);
      later.add({ name, at }, at);
    },
    async idle() {
      while (isPumping || running.size > 0 || due.size > 0) {
        if (running.size > 0) await Promise.race(running.values());
        await nextTurn();
      }
    },
    async stop() {
      isStopped = true;
      later.stop();
      await Promise.all(running.values());
    },
  };
}
