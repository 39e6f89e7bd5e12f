import { TooManyRequests } from './too-many-requests.ts';

/** The memory that the bodies of running requests use, limited for each user. */
export interface MemoryQuota {
  /**
   * Adds `bytes` for a user.
   * @throws TooManyRequests beyond the limit; then nothing is added
   */
  hold(uid: number, bytes: number): void;
  release(uid: number, bytes: number): void;
}

const SOON_MS = 1_000;

export function createMemoryQuota(maxPerUid: number): MemoryQuota {
  const held = new Map<number, number>();
  return {
    hold(uid, bytes) {
      const sum = (held.get(uid) ?? 0) + bytes;
      if (sum > maxPerUid) throw new TooManyRequests('Your requests under way are too large together', SOON_MS);
      held.set(uid, sum);
    },
    release(uid, bytes) {
      const left = (held.get(uid) ?? 0) - bytes;
      if (left > 0) held.set(uid, left);
      else held.delete(uid);
    },
  };
}
