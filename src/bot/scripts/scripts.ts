import type { Problem } from '../../core/problem.ts';
import { createKeyedMutex, type KeyedMutex } from '../../shared/process/keyed-mutex.ts';
import type { Log } from '../../shared/process/log.ts';
import { createRunStore, type RunStore } from '../../storage/files/runs.ts';
import { type ActiveRuns, createActiveRuns, type RunNews } from './active-runs.ts';
import { type Actor, createActor } from './actor-client.ts';
import { type BackgroundTasks, createBackgroundTasks } from './background-tasks.ts';
import { type Buttons, createButtons } from './buttons.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import {
  createLaunchRun,
  type LaunchResult,
  QUESTIONS_OF_ALL,
  QUESTIONS_OF_ONE,
  RUNS_OF_ALL,
  RUNS_OF_ONE,
  type RunRequest,
} from './launch-run.ts';

/** People's scripts, as far as a chat reaches them. */
export interface Scripts {
  readonly actor: Actor;
  readonly buttons: Buttons;
  readonly runs: RunStore;
  readonly underWay: ActiveRuns;
  /** @see createLaunchRun */
  readonly launch: (wish: RunRequest) => Promise<LaunchResult>;
  /** What goes on while updates are answered. */
  readonly tasks: BackgroundTasks;
  /** Edits of one message, in order. */
  readonly inTurn: KeyedMutex;
}

/** What the room is built from. */
export interface ScriptsOptions {
  readonly socketPath: string;
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that nobody sets. */
  readonly clock: () => number;
  readonly onProblem: (problem: Problem) => void;
  readonly log: Log;
  /** An error in words that hold no secret. */
  readonly describe: (error: unknown) => string;
  /** Told of every run that begins or ends. */
  readonly onRun?: (news: RunNews) => void;
}

/** Builds the room's parts; nothing is opened. */
export function createScripts(options: ScriptsOptions): Scripts {
  const { socketPath, dataDir, now, clock, onProblem, log, describe, onRun } = options;
  const tasks = createBackgroundTasks(log, describe);
  const buttons = createButtons(clock);
  const runs = createRunStore(dataDir, now, onProblem);
  const actor = createActor({
    socketPath,
    stopping: tasks.stopping,
    questions: createConcurrencyLimit(QUESTIONS_OF_ONE, QUESTIONS_OF_ALL),
  });
  const places = createConcurrencyLimit(RUNS_OF_ONE, RUNS_OF_ALL);
  const underWay = createActiveRuns(onRun);
  const launch = createLaunchRun({ actor, runs, buttons, places, underWay, stopping: tasks.stopping, now });
  return { actor, buttons, runs, underWay, launch, tasks, inTurn: createKeyedMutex() };
}
