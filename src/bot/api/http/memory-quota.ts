import { TooManyRequests } from './too-many-requests.ts';

/** How much memory the bodies of requests under way take, so that one user can't take it all. */
export interface MemoryQuota {
  /**
   * Counts `bytes` more for a user.
   * @throws TooManyRequests when that is more than one user may hold; then nothing is counted
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
