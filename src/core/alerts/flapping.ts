/** How long an alert that began and ended often has to be calm, ms. */
export const CALM_MS = 3_600_000;
/** So many begins and ends within that time are flapping. */
const FLAPS = 4;

/** Where four changes within an hour begin; -1 where there are none. */
const burstIn = (changes: readonly number[]) =>
  changes.findIndex((at, index) => (changes[index + FLAPS - 1] ?? Number.POSITIVE_INFINITY) - at <= CALM_MS);

/**
 * The begins and ends of an alert with one more: those since it was last calm for an hour, of a longer time only the ones
 * that prove it to flap and the last.
 *
 * @param changes ms since 1970, oldest first
 */
export function withChange(changes: readonly number[], now: number): readonly number[] {
  const last = changes.at(-1);
  if (last === undefined || now - last >= CALM_MS || now < last) return [now];
  const burst = burstIn(changes);
  const proof = burst < 0 ? changes.slice(1 - FLAPS) : changes.slice(burst, burst + FLAPS);
  return [...proof, now];
}

/** Whether an alert flaps: it changed four times within an hour, and was not calm for an hour since. */
export function isFlapping(changes: readonly number[], now: number): boolean {
  const last = changes.at(-1);
  return last !== undefined && now - last < CALM_MS && burstIn(changes) >= 0;
}
