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

const LOOK_EVERY_MS = 60_000;

/** Makes the function that counts them, and resolves when they have ended. */
export function createEarlierRuns(parts: EarlierRunsParts): () => Promise<void> {
  const { actor, places, userOf, lookEveryMs = LOOK_EVERY_MS, stopping } = parts;

  /** `undefined` while the actor does not answer. @throws Problem `not_set_up` */
  async function look() {
    try {
      return await actor.runs(stopping);
    } catch (error) {
      if (error instanceof Problem && error.code !== 'not_set_up') return undefined;
      throw error;
    }
  }

  async function firstLook() {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(lookEveryMs, undefined, { signal: stopping, ref: false });
    }
  }

  return async () => {
    const held = new Map<string, Place>();
    try {
      for (const { unit, uid } of await firstLook()) {
        const user = await userOf(uid).catch(() => undefined);
        held.set(unit, places.occupy(user ?? `uid ${uid}`));
      }
      while (held.size > 0) {
        await sleep(lookEveryMs, undefined, { signal: stopping, ref: false });
        const present = await look();
        if (present === undefined) continue;
        for (const [unit, place] of held) {
          if (present.some((run) => run.unit === unit)) continue;
          place.free();
          held.delete(unit);
        }
      }
    } catch (error) {
      // Without an actor there are no runs.
      if (!(error instanceof Problem && error.code === 'not_set_up')) throw error;
      for (const place of held.values()) place.free();
    }
  };
}
