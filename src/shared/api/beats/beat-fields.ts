/** The fields of a beat as valibot schemas. */
import { string } from '../fields.ts';
import { A_GRACE, AN_INTERVAL, isBeatName, isGrace, isInterval } from './beat-rules.ts';

/** The owner's name for a job, or the name of a script. */
export const beatName = string('1 to 128 printable characters', isBeatName);
/** How far apart two beats may be. */
export const every = string(AN_INTERVAL, isInterval);
/** How late one may be beyond that. */
export const grace = string(A_GRACE, isGrace);
/** A moment in UTC. */
export const aMoment = string(
  'a time such as 2026-01-30T18:00:00Z',
  (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
);
