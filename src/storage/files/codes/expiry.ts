import { type Entries, fieldsOf, isoSeconds } from '../entries.ts';

/** Codes and one-time links are good for ten minutes. */
export const LIFETIME_S = 600;
/** For an hour after its end, a code is `expired` rather than `unknown`. */
const REMEMBERED_S = 3_600;
/** A clock may have been set back a little since; with more than this, a secret's age is unknown. */
const AHEAD_S = 60;
/** As many as a file may hold, expired ones included. */
export const MOST_PENDING = 10_000;

/** How a one-time secret stands: `old` ones may be forgotten. */
export type Age = 'fresh' | 'expired' | 'old';

/**
 * Judges a time of creation. One more than a minute in the future counts as expired, so that a clock that is set back
 * lengthens no secret's life by more than that minute.
 *
 * @param createdAt unix seconds
 * @param now milliseconds
 */
export function ageOf(createdAt: number, now: number): Age {
  const age = now / 1000 - createdAt;
  if (age >= -AHEAD_S && age < LIFETIME_S) return 'fresh';
  return Math.abs(age) < LIFETIME_S + REMEMBERED_S ? 'expired' : 'old';
}

/** An entry's time of creation, in unix seconds; `undefined` for an entry that makes no sense, which is left alone. */
export function createdAtOf(entry: unknown): number | undefined {
  const createdAt = fieldsOf(entry)?.created_at;
  return typeof createdAt === 'number' && Number.isFinite(createdAt) ? createdAt : undefined;
}

/** Drops old entries, and expired ones as well where there are too many to remember. @param now milliseconds */
export function withoutOld(entries: Entries, now: number): Map<string, unknown> {
  const keep = (ages: readonly Age[]) =>
    new Map(
      [...entries].filter(([, entry]) => {
        const createdAt = createdAtOf(entry);
        return createdAt === undefined || ages.includes(ageOf(createdAt, now));
      }),
    );
  const remembered = keep(['fresh', 'expired']);
  return remembered.size < MOST_PENDING ? remembered : keep(['fresh']);
}

/** When what is made now will expire, ISO 8601. @param now milliseconds */
export function expiryOf(now: number): string {
  return isoSeconds((Math.floor(now / 1000) + LIFETIME_S) * 1000);
}
