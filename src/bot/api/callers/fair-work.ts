/**
 * Work that occupies the process, such as to parse or to render, shared among accounts.
 *
 * Promises: short work of an account that had none in this turn of the event loop is done at once; long work, and the
 * work of an account that had its slice, waits for a turn of that account. Turns of the event loop are short, and after a
 * long piece the others have as much time before the next one: a request takes many turns, of which each must not wait for
 * somebody's long text.
 */

import { createTurns } from '../../../shared/fairness/turns.ts';

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

/** Begins a piece of work. @returns what of the turn it took, ms */
type Piece = () => number;

/** Nobody has had any work done. @param now milliseconds on a clock that never goes back */
export function createFairWork(now: () => number): FairWork {
  /** What accounts used in this turn of the event loop, ms. */
  const used = new Map<number, number>();
  const waiting = createTurns<Piece, number>();
  let isTurnPlanned = false;
  /** The longest piece since the last turn, ms. */
  let longestMs = 0;

  function note(uid: number, ms: number): void {
    used.set(uid, (used.get(uid) ?? 0) + ms);
    longestMs = Math.max(longestMs, ms);
    if (!isTurnPlanned) setImmediate(turn);
    isTurnPlanned = true;
  }

  /** Begins what waits, in turns of the accounts, until a slice is used. */
  function serve(): void {
    for (let usedMs = 0; usedMs < SLICE_MS; ) {
      const piece = waiting.take();
      if (piece === undefined) return;
      usedMs += piece();
    }
  }

  function turn(): void {
    used.clear();
    const restMs = longestMs;
    longestMs = 0;
    if (restMs > SLICE_MS && waiting.size() > 0) {
      setTimeout(turn, restMs);
      return;
    }
    serve();
    isTurnPlanned = waiting.size() > 0 || used.size > 0;
    if (isTurnPlanned) setImmediate(turn);
  }

  function wait(uid: number, piece: Piece): void {
    waiting.add(uid, piece);
    note(uid, 0);
  }

  const hasToWait = (uid: number) => (used.get(uid) ?? 0) >= SLICE_MS || waiting.has(uid);

  return {
    run(uid, work, done, isLong = false) {
      return new Promise((resolve, reject) => {
        const begin = () => {
          const began = now();
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
          const ms = now() - began;
          note(uid, ms);
          done(ms);
          return ms;
        };
        if (isLong || hasToWait(uid)) wait(uid, begin);
        else begin();
      });
    },
    pause(uid, ms) {
      note(uid, ms);
      if (!hasToWait(uid)) return Promise.resolve();
      return new Promise((resolve) => {
        wait(uid, () => {
          resolve();
          // What it does next is counted when it pauses again: the others come before that.
          return SLICE_MS;
        });
      });
    },
  };
}
