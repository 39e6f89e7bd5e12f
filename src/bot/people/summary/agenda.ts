/**
 * When each person's held deliveries are due, by the computer's clock.
 *
 * Promises: no person is processed before their time, unless the clock was set back; after it was set forward, or after a
 * sleep of the computer, every person who is due is processed within a minute.
 */

/** @see createAgenda */
export interface Agenda {
  /** Plans a person for a time (ms since 1970); an earlier plan takes precedence. */
  plan(user: string, at: number): void;
  /** Removes a person's plan. */
  drop(user: string): void;
  start(): void;
  stop(): void;
}

/** The longest time between two checks of the clock, ms. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Creates an empty agenda; it is idle before `start`.
 *
 * @param now ms since 1970
 * @param look called for each person who is due; removes or replaces their plan
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
    // If the clock was set back, plans move back as well.
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
