import type { RunOutcome } from '../shared/actor-protocol.ts';
import type { ScriptOutput } from '../shared/script-output.ts';
import type { Surroundings } from './attempt.ts';
import type { Config } from './config.ts';
import type { Outlet } from './delivery.ts';
import type { Pending } from './pending.ts';

/** What every job of a run shares. */
export interface JobContext {
  readonly surroundings: Surroundings;
  readonly outlet: Outlet;
  readonly config: Config;
  /** What waited when the run began. */
  readonly waiting: readonly Pending[];
  /** When what is due was chosen, Unix time in ms; `undefined` for scripts that somebody named. */
  readonly chosenAt?: number | undefined;
  /** Send whatever the cooldown says. */
  readonly force: boolean;
  /** Send nothing, remember nothing. */
  readonly dryRun: boolean;
}

/** What came of a job. */
export interface JobResult {
  readonly name: string;
  readonly outcome: RunOutcome;
  /** One clause or sentence more. */
  readonly detail: string;
  /** Milliseconds. */
  readonly took: number;
  readonly output?: ScriptOutput;
}
