/**
 * The memory that requests use until their answers are read: bodies, what an answer is made of, and answers that wait
 * for their reader. One account's bytes are bounded, and those of all; within the last an amount is reserved for
 * accounts that hold little, so that accounts which hold much do not shut them out.
 */
import { TooManyRequests } from './too-many-requests.ts';

/** Gives charged bytes back; a second call does nothing. */
export type Release = () => void;

/** @see createMemoryQuota */
export interface MemoryQuota {
  /** Charges bytes to an account. @throws TooManyRequests beyond a limit; then nothing is charged */
  charge(uid: number, bytes: number): Release;
  /** Charges bytes as soon as they fit, in the order of the calls. @throws TooManyRequests where that takes too long */
  chargeSoon(uid: number, bytes: number): Promise<Release>;
}

/** The limits of a quota. */
export interface MemoryLimits {
  /** Bytes of one account. */
  readonly perUid: number;
  /** Bytes of all accounts. */
  readonly overall: number;
  /** Bytes of `overall` that only accounts with at most `little` bytes may use. */
  readonly reserve: number;
  /** Bytes. */
  readonly little: number;
  /** How long `chargeSoon` waits, ms. */
  readonly patienceMs: number;
}

/** When a caller may try again, ms. */
const SOON_MS = 1_000;

interface Waiter {
  readonly uid: number;
  readonly bytes: number;
  readonly admit: (release: Release) => void;
}

/** A quota of which nothing is used. */
export function createMemoryQuota({ perUid, overall, reserve, little, patienceMs }: MemoryLimits): MemoryQuota {
  const held = new Map<number, number>();
  const waiters = new Set<Waiter>();
  let total = 0;

  function fits(uid: number, bytes: number): boolean {
    const own = (held.get(uid) ?? 0) + bytes;
    return own <= perUid && total + bytes <= (own <= little ? overall : overall - reserve);
  }

  function take(uid: number, bytes: number): Release {
    held.set(uid, (held.get(uid) ?? 0) + bytes);
    total += bytes;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (held.get(uid) ?? 0) - bytes;
      if (left > 0) held.set(uid, left);
      else held.delete(uid);
      total -= bytes;
      admitWaiters();
    };
  }

  function admitWaiters(): void {
    for (const waiter of waiters) {
      if (!fits(waiter.uid, waiter.bytes)) continue;
      waiters.delete(waiter);
      waiter.admit(take(waiter.uid, waiter.bytes));
    }
  }

  const refusal = () => new TooManyRequests('Your requests under way are too large together', SOON_MS);

  return {
    charge(uid, bytes) {
      if (!fits(uid, bytes)) throw refusal();
      return take(uid, bytes);
    },
    chargeSoon(uid, bytes) {
      if (fits(uid, bytes)) return Promise.resolve(take(uid, bytes));
      return new Promise((resolve, reject) => {
        const give = setTimeout(() => {
          waiters.delete(waiter);
          reject(refusal());
        }, patienceMs);
        const admit = (release: Release) => {
          clearTimeout(give);
          resolve(release);
        };
        const waiter: Waiter = { uid, bytes, admit };
        waiters.add(waiter);
      });
    },
  };
}
