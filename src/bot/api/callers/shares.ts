/** Shares of something scarce, such as memory or disk, that the running requests of one user may take. */
import type { Problem } from '../../../core/problem.ts';
import type { Release } from '../http/memory-quota.ts';

/** @see createShares */
export interface Shares {
  /**
   * Takes a share. What is not free is waited for, first come, first served.
   *
   * @param amount at most the whole of what a user may have
   * @throws what `refusal` makes, when nothing became free in time
   */
  take(uid: number, amount: number): Promise<Release>;
}

interface Waiting {
  readonly amount: number;
  readonly begin: () => void;
}

interface Account {
  used: number;
  readonly waiting: Set<Waiting>;
}

/**
 * Nothing is taken yet. One user's shares delay no other user.
 *
 * @param options.perUid what one user may have at once
 * @param options.waitMs how long a request waits, milliseconds
 */
export function createShares(options: {
  readonly perUid: number;
  readonly waitMs: number;
  readonly refusal: () => Problem;
}): Shares {
  const { perUid, waitMs, refusal } = options;
  const accounts = new Map<number, Account>();

  /** Lets those begin for whom there is enough now. */
  function serve(uid: number, account: Account): void {
    for (const waiting of account.waiting) {
      if (account.used + waiting.amount > perUid) return;
      account.waiting.delete(waiting);
      account.used += waiting.amount;
      waiting.begin();
    }
    if (account.used === 0 && account.waiting.size === 0) accounts.delete(uid);
  }

  return {
    take(uid, amount) {
      const account = accounts.get(uid) ?? { used: 0, waiting: new Set() };
      accounts.set(uid, account);
      let taken = true;
      const release = () => {
        if (!taken) return;
        taken = false;
        account.used -= amount;
        serve(uid, account);
      };
      return new Promise((resolve, reject) => {
        const waiting: Waiting = {
          amount,
          begin() {
            clearTimeout(timer);
            resolve(release);
          },
        };
        const timer = setTimeout(() => {
          account.waiting.delete(waiting);
          // It may have been in the way of smaller ones.
          serve(uid, account);
          reject(refusal());
        }, waitMs);
        account.waiting.add(waiting);
        serve(uid, account);
      });
    },
  };
}
