/** Tries something once for each single step on disk, with a kill before it. */
import { STEPS, type Step } from './tracing.ts';

/** More steps than any trip has: one that does not end by then never will. */
const MOST_STEPS = 100;
/** Kinds of steps tried side by side: they mostly wait. */
const SIDE_BY_SIDE = 3;

/** Tries one step. @returns whether the service was killed, which it is not beyond the last step of this kind */
export type Attempt = (step: Step, nth: number) => Promise<boolean>;

async function everyStepOf(step: Step, attempt: Attempt): Promise<number> {
  for (let nth = 1; nth <= MOST_STEPS; nth += 1) if (!(await attempt(step, nth))) return nth - 1;
  throw new Error(`after ${MOST_STEPS} times ${step} there is still no end`);
}

/** Tries all steps there are, the kinds side by side. @returns how often each kind of step was the last one */
export async function everyStep(attempt: Attempt): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const left: Step[] = [...STEPS];
  const worker = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      found[step] = await everyStepOf(step, attempt);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return found;
}

/** How many steps were found in all. */
export const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((all, count) => all + count, 0);
