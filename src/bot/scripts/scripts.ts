/** People's scripts as chat and API reach them: the actor that runs them, and the runs that were begun here. */
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Runs } from '../../storage/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import { type ActiveRuns, createActiveRuns } from './active-runs.ts';
import { type Actor, createActor } from './actor-client.ts';
import { type BackgroundTasks, createBackgroundTasks } from './background-tasks.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { createLaunchRun, type LaunchResult, type RunRequest } from './launch-run.ts';
import { QUESTIONS_OF_ALL, QUESTIONS_OF_ONE, RUNS_OF_ALL, RUNS_OF_ONE } from './run-limits.ts';

/** @see createScripts */
export interface Scripts {
  readonly actor: Actor;
  readonly runs: Runs;
  readonly active: ActiveRuns;
  /** @see createLaunchRun */
  readonly launch: (request: RunRequest) => Promise<LaunchResult>;
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
  const { socketPath, runs, bus, stopping, now, log, describe } = options;
  const tasks = createBackgroundTasks(log, stopping, describe);
  const questions = createConcurrencyLimit(QUESTIONS_OF_ONE, QUESTIONS_OF_ALL);
  const actor = createActor({ socketPath, stopping, questions });
  const places = createConcurrencyLimit(RUNS_OF_ONE, RUNS_OF_ALL);
  const active = createActiveRuns((change) => void bus.publish('run.changed', change));
  const launch = createLaunchRun({ actor, runs, places, active, stopping, now });
  const module: Module = { name: 'scripts', stop: tasks.stop, stopMs: STOP_MS };
  return { actor, runs, active, launch, tasks, module };
}
