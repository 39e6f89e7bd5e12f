/**
 * Work that occupies the process, such as to parse or to render, shared among accounts.
 *
 * Promise: in a turn of the event loop an account begins no work after it has had its slice, so a request of another
 * account waits for a slice and one piece of work of each account at most, and not for all that one of them has sent.
 */

/** Milliseconds of work of an account in a turn; ordinary requests take less, and never wait. */
const SLICE_MS = 5;

/** @see createFairWork */
export interface FairWork {
  /**
   * Does a piece of work when its account is due; those of one account in their order.
   *
   * @param done called with the milliseconds that it took, also when it threw
   */
  run<T>(uid: number, work: () => T, done: (ms: number) => void): Promise<T>;
}

interface Account {
  usedMs: number;
  readonly waiting: (() => void)[];
}

/** Nobody has had any work done. @param now milliseconds on a clock that never goes back */
export function createFairWork(now: () => number): FairWork {
  const accounts = new Map<number, Account>();
  let isTurnDue = false;

  const next = (account: Account): void => {
    if (account.usedMs < SLICE_MS) account.waiting.shift()?.();
  };

  function endTurn(): void {
    for (const [uid, account] of accounts) {
      if (account.waiting.length === 0) accounts.delete(uid);
      account.usedMs = 0;
      next(account);
    }
    isTurnDue = accounts.size > 0;
    if (isTurnDue) setImmediate(endTurn);
  }

  function accountOf(uid: number): Account {
    const account = accounts.get(uid) ?? { usedMs: 0, waiting: [] };
    accounts.set(uid, account);
    if (!isTurnDue) setImmediate(endTurn);
    isTurnDue = true;
    return account;
  }

  return {
    async run(uid, work, done) {
      const account = accountOf(uid);
      if (account.usedMs >= SLICE_MS || account.waiting.length > 0) {
        await new Promise<void>((resolve) => account.waiting.push(resolve));
      }
      const began = now();
      try {
        return work();
      } finally {
        const ms = now() - began;
        account.usedMs += ms;
        done(ms);
        next(account);
      }
    },
  };
}
