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
  /** Counts work that was done between waits, and waits until its account is due again. @param ms what it took, about */
  pause(uid: number, ms: number): Promise<void>;
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

  const hasToWait = ({ usedMs, waiting }: Account) => usedMs >= SLICE_MS || waiting.length > 0;
  const turnOf = ({ waiting }: Account) => new Promise<void>((resolve) => waiting.push(resolve));

  return {
    async run(uid, work, done) {
      const account = accountOf(uid);
      // Not awaited otherwise: what comes in the same moment has to see what this one took.
      if (hasToWait(account)) await turnOf(account);
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
    async pause(uid, ms) {
      const account = accountOf(uid);
      account.usedMs += ms;
      if (hasToWait(account)) await turnOf(account);
      next(account);
    },
  };
}
