import type { Log } from '../../shared/log.ts';
import type { Problem } from '../../shared/problem.ts';
import { type Actor, createActor } from './actor.ts';
import { type Beside, createBeside } from './beside.ts';
import { type Buttons, createButtons } from './buttons.ts';
import { createInTurn, type InTurn } from './in-turn.ts';
import { createRunsFile, type RunsFile } from './runs-file.ts';
import { createSlots } from './slots.ts';
import {
  createTrip,
  type Launch,
  QUESTIONS_OF_ALL,
  QUESTIONS_OF_ONE,
  RUNS_OF_ALL,
  RUNS_OF_ONE,
  type Wish,
} from './trip.ts';
import { createUnderWay, type RunNews, type UnderWay } from './under-way.ts';

/** People's scripts, as far as a chat reaches them. */
export interface Scripts {
  readonly actor: Actor;
  readonly buttons: Buttons;
  readonly runs: RunsFile;
  readonly underWay: UnderWay;
  /** @see createTrip */
  readonly launch: (wish: Wish) => Promise<Launch>;
  /** What goes on while updates are answered. */
  readonly beside: Beside;
  /** Edits of one message, in order. */
  readonly inTurn: InTurn;
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
  const beside = createBeside(log, describe);
  const buttons = createButtons(clock);
  const runs = createRunsFile(dataDir, now, onProblem);
  const actor = createActor({
    socketPath,
    stopping: beside.stopping,
    questions: createSlots(QUESTIONS_OF_ONE, QUESTIONS_OF_ALL),
  });
  const places = createSlots(RUNS_OF_ONE, RUNS_OF_ALL);
  const underWay = createUnderWay(onRun);
  const launch = createTrip({ actor, runs, buttons, places, underWay, stopping: beside.stopping, now });
  return { actor, buttons, runs, underWay, launch, beside, inTurn: createInTurn() };
}
