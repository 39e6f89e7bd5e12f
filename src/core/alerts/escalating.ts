/** When the steps of an escalation are due. A step is due once; steps that are overdue are taken together. */
import type { Escalation } from './group.ts';
import type { EscalationStep } from './route-decision.ts';

/** Begins an escalation. @param steps in any order @param now ms since 1970 */
export function beginEscalation(steps: readonly EscalationStep[], now: number): Escalation | undefined {
  if (steps.length === 0) return undefined;
  return { startedAt: now, steps: [...steps].sort((a, b) => a.afterMs - b.afterMs), next: 0 };
}

/** When the next step is due, ms since 1970; `undefined` where none is left. */
export function nextStepAt({ startedAt, steps, next }: Escalation): number | undefined {
  const step = steps[next];
  return step && startedAt + step.afterMs;
}

/**
 * Takes the steps that are due.
 *
 * @returns the addresses of all of them, and the escalation after them
 */
export function takeSteps(
  escalation: Escalation,
  now: number,
): { readonly to: readonly string[]; readonly escalation: Escalation } {
  const { startedAt, steps } = escalation;
  let { next } = escalation;
  const to: string[] = [];
  for (let step = steps[next]; step !== undefined && startedAt + step.afterMs <= now; step = steps[next]) {
    to.push(...step.to);
    next += 1;
  }
  return { to, escalation: { ...escalation, next } };
}
