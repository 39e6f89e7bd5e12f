/**
 * From a press to the actor.
 *
 * Promise: a run is begun once for an update, and once for a button. It is on disk before the actor is asked, and only
 * then; a crash before that leaves nothing begun, one after it nothing that is begun again.
 */

import { Problem } from '../../core/problem.ts';
import type { RunResult } from '../../shared/api/actor-protocol.ts';
import type { RunStore } from '../../storage/files/runs.ts';
import type { ActiveRuns } from './active-runs.ts';
import type { Actor } from './actor-client.ts';
import type { Buttons, LinkedAccount } from './buttons.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';

/** What somebody wants to run. */
export interface RunRequest {
  /** Names the update that asks for it; the same one begins nothing twice. */
  readonly update: string;
  readonly owner: LinkedAccount;
  readonly script: string;
  /** The pressed button, when it was one. */
  readonly token?: string;
  /** The message that is to tell of it; without one it gets its own. */
  readonly messageId?: number;
}

/** A run under way. */
export interface Launched {
  readonly outcome: 'launched';
  /** What came of it, or the Problem that the actor named; rejects when the service stops. */
  readonly ended: Promise<RunResult | Problem>;
}

/** What came of a wish: a run, one that was begun before, or a sentence that says why not. */
export type LaunchResult = Launched | { readonly outcome: 'known' } | Refused;

/** A run that may not begin. */
export interface Refused {
  readonly outcome: 'refused';
  /** A sentence for who asked. */
  readonly why: string;
  /** For programs. */
  readonly code: 'stopping' | 'too_many_runs' | 'actor_busy' | 'already_running';
}

/** What it takes to run something. */
export interface LaunchRunParts {
  readonly actor: Actor;
  readonly runs: RunStore;
  readonly buttons: Buttons;
  readonly places: ConcurrencyLimit;
  readonly underWay: ActiveRuns;
  readonly stopping: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Runs of one user, and of all: what the actor's own bound of 32 leaves when eight questions are put meanwhile. */
export const RUNS_OF_ONE = 4;
export const RUNS_OF_ALL = 24;
export const QUESTIONS_OF_ONE = 4;
export const QUESTIONS_OF_ALL = 8;

const FULL: Readonly<Record<'user' | 'all', readonly [Refused['code'], string]>> = {
  user: ['too_many_runs', `${RUNS_OF_ONE} of your scripts are running already: try again when one is done.`],
  all: ['actor_busy', 'Very many scripts are running on this server: try again in a few minutes.'],
};

const refused = (code: Refused['code'], why: string): LaunchResult => ({ outcome: 'refused', why, code });

/**
 * Makes the function that begins a run; it resolves when the run stands on disk and the actor is asked.
 *
 * The function throws Problem `runs_unreadable` or `storage`; the button is then still good.
 */
export function createLaunchRun({
  actor,
  runs,
  buttons,
  places,
  underWay,
  stopping,
  now,
}: LaunchRunParts): (wish: RunRequest) => Promise<LaunchResult> {
  async function begin({ update, owner, script, messageId }: RunRequest): Promise<boolean> {
    const { user, chatId } = owner;
    const message = messageId === undefined ? {} : { message_id: messageId };
    return runs.begin(update, { user, script, chat_id: chatId, begun_at: now(), ...message });
  }

  return async (wish) => {
    if (stopping.aborted) return refused('stopping', 'The service is being restarted: try again in a moment.');
    const { owner, script, token } = wish;
    const place = places.take(owner.user);
    if ('full' in place) return refused(...FULL[place.full]);
    if (token !== undefined && !buttons.use(token)) {
      place.free();
      return refused('already_running', 'It was started already.');
    }
    let begun = false;
    try {
      begun = await begin(wish);
    } catch (error) {
      if (token !== undefined) buttons.restore(token);
      throw error;
    } finally {
      if (!begun) place.free();
    }
    if (!begun) return { outcome: 'known' };
    const ended = actor
      .run(owner.user, script, stopping)
      .catch((error: unknown) => {
        if (error instanceof Problem) return error;
        throw error;
      })
      .finally(place.free);
    // Whoever follows it hears of that; the process must not end when nobody does.
    ended.catch(() => {});
    underWay.add({ user: owner.user, uid: owner.uid, script }, ended);
    return { outcome: 'launched', ended };
  };
}
