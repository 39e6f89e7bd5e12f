/** The settings of the suite; `scripts/dev/long-run.js` turns arguments into these. */
import { randomInt } from 'node:crypto';

function numberFrom(name: string): number | undefined {
  const given = process.env[name];
  if (given === undefined || given === '') return undefined;
  const value = Number(given);
  if (!(value > 0)) throw new Error(`${name}: expected a number above 0.`);
  return value;
}

/** Cases of the API in a run of all tests; other targets have a share of their own. */
const CASES_OF_A_SHORT_RUN = 400;
const cases = numberFrom('FUZZ_CASES');
const minutes = numberFrom('FUZZ_MINUTES');

/** Whether this is the long run, which is held to the bounds themselves; others share the machine. */
export const LONG = cases !== undefined || minutes !== undefined;
/** Cases at most, before a target's own share. */
export const CASES = cases ?? (LONG ? Number.POSITIVE_INFINITY : CASES_OF_A_SHORT_RUN);
/** Minutes for all targets together. */
export const MINUTES = minutes ?? Number.POSITIVE_INFINITY;
/** What all cases of a run follow from. */
export const SEED = numberFrom('FUZZ_SEED') ?? randomInt(1, 2 ** 31);
/** Milliseconds that the event loop may be held; ten times that where other tests run beside. */
export const LONGEST_HELD_MS = LONG ? 200 : 2000;
