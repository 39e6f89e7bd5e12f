/**
 * Work that occupies the process, such as to parse or to render, shared among accounts.
 *
 * Promises: short work of an account that had none in this turn of the event loop is done at once; long work, and the
 * work of an account that had its slice, waits for a turn of that account. Turns of the event loop are short, and after a
 * long piece the others have as much time before the next one: a request takes many turns, of which each must not wait for
 * somebody's long text.
 */

/** Milliseconds of work in a turn of the event loop, of one account and of all that wait; ordinary requests take less. */
const SLICE_MS = 5;

/** @see createFairWork */
export interface FairWork {
  /**
   * Does a piece of work when its account is due; those of one account in their order.
   *
   * @param done called with the milliseconds that it took, also when it threw
   * @param isLong whether it may take more than a slice, so that it waits for a turn whatever its account has used
   */
  run<T>(uid: number, work: () => T, done: (ms: number) => void, isLong?: boolean): Promise<T>;
  /** Counts work that was done between waits, and waits until its account is due again. @param ms what it took, about */
  pause(uid: number, ms: number): Promise<void>;
}

interface Account {
  /** In this turn of the event loop, ms. */
  usedMs: number;
  /** Each begins a piece of work, and returns what of the turn it took, ms. */
  readonly waiting: (() => number)[];
}

/** Nobody has had any work done. @param now milliseconds on a clock that never goes back */
export function createFairWork(now: () => number): FairWork {
  /** Who used something in this turn or waits, in the order of their turns. */
  const accounts = new Map<number, Account>();
  let isTurnPlanned = false;
  /** The longest piece since the last turn, ms. */
  let longestMs = 0;

  function note(account: Account, ms: number): void {
    account.usedMs += ms;
    longestMs = Math.max(longestMs, ms);
  }

  /** Begins what waits, in turns of the accounts, until a slice is used. */
  function serve(): void {
    for (let usedMs = 0; usedMs < SLICE_MS; ) {
      const found = [...accounts].find(([, { waiting }]) => waiting.length > 0);
      if (found === undefined) return;
      const [uid, account] = found;
      accounts.delete(uid);
      accounts.set(uid, account);
      usedMs += account.waiting.shift()?.() ?? 0;
    }
  }

  function turn(): void {
    for (const [uid, account] of accounts) {
      account.usedMs = 0;
      if (account.waiting.length === 0) accounts.delete(uid);
    }
    const restMs = longestMs;
    longestMs = 0;
    if (restMs > SLICE_MS && accounts.size > 0) {
      setTimeout(turn, restMs);
      return;
    }
    serve();
    isTurnPlanned = accounts.size > 0;
    if (isTurnPlanned) setImmediate(turn);
  }

  function accountOf(uid: number): Account {
    const account = accounts.get(uid) ?? { usedMs: 0, waiting: [] };
    accounts.set(uid, account);
    if (!isTurnPlanned) setImmediate(turn);
    isTurnPlanned = true;
    return account;
  }

  const hasToWait = ({ usedMs, waiting }: Account) => usedMs >= SLICE_MS || waiting.length > 0;

  return {
    run(uid, work, done, isLong = false) {
      const account = accountOf(uid);
      return new Promise((resolve, reject) => {
        const begin = () => {
          const began = now();
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
          const ms = now() - began;
          note(account, ms);
          done(ms);
          return ms;
        };
        if (isLong || hasToWait(account)) account.waiting.push(begin);
        else begin();
      });
    },
    pause(uid, ms) {
      const account = accountOf(uid);
      note(account, ms);
      if (!hasToWait(account)) return Promise.resolve();
      return new Promise((resolve) => {
        account.waiting.push(() => {
          resolve();
          // What it does next is counted when it pauses again: the others come before that.
          return SLICE_MS;
        });
      });
    },
  };
}
