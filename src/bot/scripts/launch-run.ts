/**
 * Begins runs of scripts.
 *
 * Promise: an update begins at most one run, and a button at most one. The run is durable before the actor is asked: a
 * crash before that leaves no run, a crash after it leaves one that is not begun again.
 */
import { Problem } from '../../core/problem.ts';
import type { RunResult } from '../../shared/api/actor/protocol.ts';
import type { ConcurrencyLimit, Full } from '../../shared/fairness/concurrency-limit.ts';
import type { Runs } from '../../storage/ports.ts';
import type { LinkedAccount } from '../links/linked-account.ts';
import type { ActiveRuns } from './active-runs.ts';
import type { Actor } from './actor-client.ts';
import type { RunWatch, RunWatches } from './run-watch.ts';

/** Something that begins one run and no more, such as a button. */
export interface OneTimeUse {
  /** @returns `false` when it was used already */
  use(): boolean;
  /** Makes it usable again, when no run began. */
  restore(): void;
}

/** A request to run a script. */
export interface RunRequest {
  /** The update that asks for the run; the same update begins no second one. */
  readonly update: string;
  readonly owner: LinkedAccount;
  readonly script: string;
  readonly once?: OneTimeUse;
  /** The message that shows the run; without it, the run gets a message of its own. */
  readonly messageId?: number;
  /** The topic that it was asked in, for that message. */
  readonly threadId?: number;
}

/** A run that has begun. */
export interface Launched {
  readonly outcome: 'launched';
  /** What is known of it meanwhile. */
  readonly watch: RunWatch;
  /** The result, or the Problem that the actor reported; rejects when the service stops. */
  readonly ended: Promise<RunResult | Problem>;
}

/** A run that may not begin. */
export interface Refused {
  readonly outcome: 'refused';
  /** A sentence for the person who asked. */
  readonly why: string;
  /** For programs. */
  readonly code: 'stopping' | 'too_many_runs' | 'actor_busy' | 'already_running';
}

/** A run; `known` when the update began one before; or why no run began. */
export type LaunchResult = Launched | { readonly outcome: 'known' } | Refused;

/** What launching needs. */
export interface LaunchRunParts {
  readonly actor: Actor;
  readonly runs: Runs;
  readonly places: ConcurrencyLimit;
  readonly active: ActiveRuns;
  readonly watches: RunWatches;
  readonly stopping: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const FULL: Readonly<Record<Full['full'], readonly [Refused['code'], string]>> = {
  party: ['too_many_runs', 'As many of your scripts are running as may at one time: try again when one is done.'],
  all: ['actor_busy', 'Very many scripts are running on this server: try again in a few minutes.'],
};

const refused = (code: Refused['code'], why: string): LaunchResult => ({ outcome: 'refused', why, code });

/**
 * Makes the function that begins a run. It resolves when the run is durable and the actor is asked.
 *
 * The function throws Problem `runs_unreadable` or `storage`; no run began, and the button can be used again.
 */
export function createLaunchRun(parts: LaunchRunParts): (request: RunRequest) => Promise<LaunchResult> {
  const { actor, runs, places, active, watches, stopping, now } = parts;

  async function record({ update, owner, script, messageId, threadId }: RunRequest): Promise<boolean> {
    const { user, chatId } = owner;
    const message = messageId === undefined ? {} : { messageId };
    const topic = threadId === undefined ? {} : { threadId };
    return runs.begin(update, { user, script, chatId, begunAt: now(), ...message, ...topic });
  }

  return async (request) => {
    if (stopping.aborted) return refused('stopping', 'The service is being restarted: try again in a moment.');
    const { owner, script, once } = request;
    const place = places.take(owner.user);
    if ('full' in place) return refused(...FULL[place.full]);
    if (once?.use() === false) {
      place.free();
      return refused('already_running', 'It was started already.');
    }
    let recorded = false;
    try {
      recorded = await record(request);
    } catch (error) {
      once?.restore();
      throw error;
    } finally {
      if (!recorded) place.free();
    }
    if (!recorded) return { outcome: 'known' };
    const watch = watches.begin(request.update, owner.user);
    const ended = actor
      .run(owner.user, script, stopping, watch.take)
      .catch((error: unknown) => {
        if (error instanceof Problem) return error;
        throw error;
      })
      .finally(() => {
        watches.end(request.update);
        place.free();
      });
    // Callers handle the rejection; without one it must not end the process.
    ended.catch(() => {});
    active.add({ user: owner.user, uid: owner.uid, script }, ended);
    return { outcome: 'launched', watch, ended };
  };
}
