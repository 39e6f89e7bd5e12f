/**
 * When each person is looked at again, by the computer's clock.
 *
 * Promises: no person is looked at before their time, unless the clock was set back; after it was set forward, or after a
 * sleep of the computer, every person whose time has come is looked at within a minute.
 */

/** @see createAgenda */
export interface Agenda {
  /** Looks at a person at a time (ms since 1970), or earlier where that was planned. */
  plan(user: string, at: number): void;
  /** Plans nothing for a person. */
  drop(user: string): void;
  start(): void;
  stop(): void;
}

/** The longest sleep between two looks at the clock, ms. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Nothing is planned, and nothing happens before `start`.
 *
 * @param now ms since 1970
 * @param look called for each person whose time has come; drops what was planned, or plans another time
 */
export function createAgenda(now: () => number, look: (user: string) => void): Agenda {
  const due = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let lookedAt = now();

  function arm(): void {
    clearTimeout(timer);
    if (!isRunning || due.size === 0) return;
    const next = Math.min(...due.values()) - now();
    timer = setTimeout(lookAtAll, Math.min(LONGEST_SLEEP_MS, Math.max(0, next)));
  }

  function lookAtAll(): void {
    // A clock that was set back moves what was planned by it.
    const isSetBack = now() < lookedAt;
    lookedAt = now();
    for (const [user, at] of [...due]) if (at <= lookedAt || isSetBack) look(user);
    arm();
  }

  return {
    plan(user, at) {
      due.set(user, Math.min(at, due.get(user) ?? Number.POSITIVE_INFINITY));
      arm();
    },
    drop: (user) => void due.delete(user),
    start() {
      isRunning = true;
      arm();
    },
    stop() {
      isRunning = false;
      clearTimeout(timer);
    },
  };
}
