/** Which failures of a script alert its owner: the first, then none for a quiet time; and the recovery, once. */
import type { FailureMemory } from '../outcomes.ts';

/** What to do after a run. */
interface AlertDecision {
  readonly alert: 'failure' | 'recovery' | undefined;
  /** What to remember from now on. */
  readonly memory: FailureMemory;
}

interface RunFacts {
  readonly failed: boolean;
  /** Whether the owner wants alerts. */
  readonly enabled: boolean;
  /** Shortest time between two failure alerts, ms. */
  readonly quiet: number;
}

/** @param now Unix time in ms */
export function decideFailureAlert(
  { failing, lastAlertAt }: FailureMemory,
  { failed, enabled, quiet }: RunFacts,
  now: number,
): AlertDecision {
  const last = Math.max(failing?.alertedAt ?? -Infinity, lastAlertAt ?? -Infinity);
  const age = now - last * 1000;
  // A negative age is a clock that was set back: a second alert is better than none.
  const due = age >= quiet || age < 0;
  const kept = due ? {} : { lastAlertAt: last };
  if (!failed) {
    const alert = failing?.alertedAt !== undefined && enabled ? 'recovery' : undefined;
    return { alert, memory: kept };
  }
  const seconds = now / 1000;
  const ongoing = failing ?? { since: seconds };
  if (!enabled || !due) return { alert: undefined, memory: { failing: ongoing, ...kept } };
  return { alert: 'failure', memory: { failing: { ...ongoing, alertedAt: seconds }, lastAlertAt: seconds } };
}
