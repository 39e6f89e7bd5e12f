/** The settings of the suite: `CRASH_KILLS` and `CRASH_SEED` in the environment. */
import { randomInt } from 'node:crypto';

/** Kills over all scenarios when nothing else is asked for: as many as a run of all tests has time for. */
const KILLS = 76;

function numberFrom(name: string, fallback: number): number {
  const given = Number(process.env[name] || fallback);
  if (!Number.isSafeInteger(given) || given < 1) throw new Error(`${name}: expected a whole number above 0.`);
  return given;
}

const total = numberFrom('CRASH_KILLS', KILLS);

/** Whether this is the long run: then nothing is left out to save time. */
export const THOROUGH = total > 500;

/** What all choices of a run follow from; printed, and set again to make the same choices. */
export const SEED = numberFrom('CRASH_SEED', randomInt(1, 2 ** 31));

/** A scenario's share of all kills. @param share from 0 to 1 */
export function killsFor(share: number): number {
  return Math.max(1, Math.ceil(total * share));
}

/** The table in which every scenario says what was killed, accepted, delivered, repeated and lost. */
export const BOOKS = `Crash suite, seed ${SEED}`;
