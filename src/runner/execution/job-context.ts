import type { RunOutcome } from '../../shared/api/actor-protocol.ts';
import type { ScriptOutput } from '../../shared/api/script-output.ts';
import type { DeliveryContext } from '../delivery/deliver.ts';
import type { Pending } from '../delivery/pending.ts';
import type { Config } from '../state/config.ts';
import type { ExecutionContext } from './run-script.ts';

/** What every job of a run shares. */
export interface JobContext {
  readonly execution: ExecutionContext;
  readonly delivery: DeliveryContext;
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
