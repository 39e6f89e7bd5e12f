/**
 * Runs that an earlier process of the service began, and that go on without it.
 *
 * Promise: they hold their places until systemd says that they have ended, so that a crash gives nobody more runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../core/problem.ts';
import type { ConcurrencyLimit, Place } from '../../shared/fairness/concurrency-limit.ts';
import type { Actor } from './actor-client.ts';

/** What looking for them takes. */
export interface EarlierRunsParts {
  readonly actor: Pick<Actor, 'runs'>;
  readonly places: Pick<ConcurrencyLimit, 'occupy'>;
  /** The name of an account; `undefined` for a uid without one. */
  readonly userOf: (uid: number) => Promise<string | undefined>;
  /** Between two looks, milliseconds. */
  readonly lookEveryMs?: number | undefined;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
}

/** @see createEarlierRuns */
export interface EarlierRuns {
  /** Counts them, and resolves when they have ended. To be called once. */
  watch(): Promise<void>;
  /** Whether a unit is one of them; resolves after the first look. `false` where the service stops before. */
  has(unit: string): Promise<boolean>;
  /** Resolves when a unit has ended; rejects when the service stops. */
  ended(unit: string): Promise<void>;
  /** Looks again at once: one may have ended. */
  look(): void;
}

/** Who waits for the end of a run. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const LOOK_EVERY_MS = 60_000;

/** Runs of an earlier process; nothing is asked before `watch`. */
export function createEarlierRuns(parts: EarlierRunsParts): EarlierRuns {
  const { actor, places, userOf, lookEveryMs = LOOK_EVERY_MS, stopping } = parts;
  const held = new Map<string, Place>();
  let looked = (_done: boolean) => {};
  const firstLook = new Promise<boolean>((resolve) => {
    looked = resolve;
  });
  /** Who waits for the end of which unit. */
  const waiting = new Map<string, Waiter[]>();
  let pause = new AbortController();
  /** Somebody wants a look while one is under way. */
  let again = false;
  stopping.addEventListener('abort', () => pause.abort(), { once: true });

  /** `undefined` while the actor does not answer. @throws Problem `not_set_up` */
  async function found() {
    try {
      return await actor.runs(stopping);
    } catch (error) {
      if (error instanceof Problem && error.code !== 'not_set_up') return undefined;
      throw error;
    }
  }

  /** Waits for the time of the next look. @throws the reason of the stop */
  async function rest(): Promise<void> {
    stopping.throwIfAborted();
    pause = new AbortController();
    if (!again) await sleep(lookEveryMs, undefined, { signal: pause.signal, ref: false }).catch(() => {});
    again = false;
    stopping.throwIfAborted();
  }

  async function first() {
    for (;;) {
      const runs = await found();
      if (runs !== undefined) return runs;
      await rest();
    }
  }

  function free(unit: string): void {
    held.get(unit)?.free();
    held.delete(unit);
    for (const { resolve } of waiting.get(unit) ?? []) resolve();
    waiting.delete(unit);
  }

  async function follow(): Promise<void> {
    for (const { unit, uid } of await first()) {
      const user = await userOf(uid).catch(() => undefined);
      held.set(unit, places.occupy(user ?? `uid ${uid}`));
    }
    looked(true);
    while (held.size > 0) {
      await rest();
      const present = await found();
      if (present === undefined) continue;
      for (const unit of [...held.keys()]) if (!present.some((run) => run.unit === unit)) free(unit);
    }
  }

  return {
    async watch() {
      try {
        await follow();
      } catch (error) {
        // Without an actor there are no runs.
        if (error instanceof Problem && error.code === 'not_set_up') for (const unit of [...held.keys()]) free(unit);
        else {
          for (const { reject } of [...waiting.values()].flat()) reject(error);
          throw error;
        }
      } finally {
        looked(false);
      }
    },
    has: async (unit) => (await firstLook) && held.has(unit),
    ended: (unit) =>
      new Promise((resolve, reject) => {
        if (!held.has(unit)) return resolve();
        waiting.set(unit, [...(waiting.get(unit) ?? []), { resolve, reject }]);
      }),
    look() {
      again = true;
      pause.abort();
    },
  };
}
