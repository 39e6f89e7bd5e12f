/** Stops a run, with all processes that it started, for a person who asks for it. */
import type { Actor } from './actor-client.ts';
import type { RunWatches } from './run-watch.ts';

/**
 * What becomes of a request to stop a run: the run is being stopped, somebody else stops it already, or it has ended.
 *
 * `done` resolves when it has been stopped or has ended by itself. It rejects with a Problem of the actor's where it could
 * not be stopped; then the request is forgotten, and the run can be stopped again.
 */
export type StopResult =
  | { readonly outcome: 'stopping'; readonly done: Promise<void> }
  | { readonly outcome: 'already'; readonly by: string }
  | { readonly outcome: 'over' };

/** What stopping needs. */
export interface StopRunParts {
  readonly actor: Pick<Actor, 'stop'>;
  readonly watches: RunWatches;
  readonly stopping: AbortSignal;
  /** Called when a run was stopped, or had ended. */
  readonly stopped: () => void;
}

/**
 * Makes the function that stops the run of an update.
 *
 * @param by who asks for it, as people know them
 */
export type StopRun = (update: string, by: string) => StopResult;

/** @see StopRun */
export function createStopRun({ actor, watches, stopping, stopped }: StopRunParts): StopRun {
  return (update, by) => {
    const watch = watches.of(update);
    if (watch?.unit === undefined) return { outcome: 'over' };
    if (watch.stoppedBy !== undefined) return { outcome: 'already', by: watch.stoppedBy };
    watch.noteStop(by);
    const done = actor.stop(watch.user, watch.unit, stopping).then(
      () => stopped(),
      (error: unknown) => {
        watch.noteStop(undefined);
        throw error;
      },
    );
    return { outcome: 'stopping', done };
  };
}
