/** A limit on how much is under way at one time. */
export interface ConcurrencyLimit {
  /** Takes a place for `user`. @returns a function that frees it, or which limit is reached */
  take(user: string): { readonly free: () => void } | { readonly full: 'user' | 'all' };
}

/** @param perUser places for one user @param overall places for all of them together */
export function createConcurrencyLimit(perUser: number, overall: number): ConcurrencyLimit {
  const taken = new Map<string, number>();
  let total = 0;
  return {
    take(user) {
      const own = taken.get(user) ?? 0;
      if (own >= perUser) return { full: 'user' };
      if (total >= overall) return { full: 'all' };
      taken.set(user, own + 1);
      total += 1;
      let held = true;
      return {
        free() {
          if (!held) return;
          held = false;
          total -= 1;
          const left = (taken.get(user) ?? 1) - 1;
          if (left === 0) taken.delete(user);
          else taken.set(user, left);
        },
      };
    },
  };
}
