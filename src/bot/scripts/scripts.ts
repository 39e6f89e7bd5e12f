/** People's scripts as chat and API reach them: the actor that runs them, and the runs that were begun here. */
import { createConcurrencyLimit } from '../../shared/fairness/concurrency-limit.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Runs } from '../../storage/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import { type ActiveRuns, createActiveRuns } from './active-runs.ts';
import { type Actor, createActor } from './actor-client.ts';
import { type BackgroundTasks, createBackgroundTasks } from './background-tasks.ts';
import { createEarlierRuns, type EarlierRuns } from './earlier-runs.ts';
import { createLaunchRun, type LaunchResult, type RunRequest } from './launch-run.ts';
import { QUESTIONS, RUNS } from './run-limits.ts';
import { createRunWatches, type RunWatches } from './run-watch.ts';
import { createStopRun, type StopRun } from './stop-run.ts';

/** @see createScripts */
export interface Scripts {
  readonly actor: Actor;
  readonly runs: Runs;
  readonly active: ActiveRuns;
  /** @see createLaunchRun */
  readonly launch: (request: RunRequest) => Promise<LaunchResult>;
  readonly watches: RunWatches;
  readonly stop: StopRun;
  /** Runs that an earlier process began. */
  readonly earlier: EarlierRuns;
  /** Work that goes on while updates are answered. */
  readonly tasks: BackgroundTasks;
  readonly module: Module;
}

/** What the module needs. */
export interface ScriptsOptions {
  /** The actor's socket. */
  readonly socketPath: string;
  readonly runs: Runs;
  readonly bus: EventBus;
  /** The name of an account; `undefined` for a uid without one. */
  readonly userOf: (uid: number) => Promise<string | undefined>;
  /** Between two looks for the end of runs of an earlier process, milliseconds; a minute unless given. */
  readonly lookEveryMs?: number;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  /** Turns an error into a sentence that holds no secret. */
  readonly describe: (error: unknown) => string;
}

/** At a stop, tasks end at once unless a call of theirs hangs, which is left behind after this time, milliseconds. */
const STOP_MS = 1000;

/** Creates the module; no connection is opened. */
export function createScripts(options: ScriptsOptions): Scripts {
  const { socketPath, runs, bus, stopping, now, log, describe, userOf, lookEveryMs } = options;
  const tasks = createBackgroundTasks(log, stopping, describe);
  const actor = createActor({ socketPath, stopping, questions: createConcurrencyLimit(QUESTIONS) });
  const places = createConcurrencyLimit(RUNS);
  const watches = createRunWatches();
  const earlier = createEarlierRuns({ actor, places, userOf, lookEveryMs, stopping });
  const active = createActiveRuns((change) => void bus.publish('run.changed', change));
  const launch = createLaunchRun({ actor, runs, places, active, watches, stopping, now });
  const stop = createStopRun({ actor, watches, stopping, stopped: earlier.look });
  const module: Module = {
    name: 'scripts',
    run: () => void tasks.start('looking for earlier runs', earlier.watch),
    stop: tasks.stop,
    stopMs: STOP_MS,
  };
  return { actor, runs, active, launch, watches, stop, earlier, tasks, module };
}
