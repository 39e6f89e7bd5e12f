import type { ScriptOutput } from '../../shared/api/script-output.ts';
import type { DeliveryContext } from '../delivery/delivery-context.ts';
import type { WaitingNotification } from '../delivery/waiting.ts';
import type { RunEnds } from '../outcomes.ts';
import type { Config } from '../state/config.ts';
import type { ExecutionContext } from './run-script.ts';

/** What all jobs of a run share. */
export interface RunContext {
  readonly execution: ExecutionContext;
  readonly delivery: DeliveryContext;
  readonly config: Config;
  /** What waited when the run began. */
  readonly waiting: readonly WaitingNotification[];
  /** When the due scripts were chosen, Unix time in ms; `undefined` for scripts that were named. */
  readonly chosenAt?: number | undefined;
  /** Send although the cooldown lasts. */
  readonly force: boolean;
  /**
   * A person watches the run on a terminal: they see the failure there, and neither it nor a success says anything about
   * the script under cron.
   */
  readonly watched: boolean;
  /** Send nothing, remember nothing. */
  readonly dryRun: boolean;
}

/** The result of one script's job. */
export interface JobResult extends RunEnds {
  readonly name: string;
  /** Milliseconds. */
  readonly took: number;
  /** What the script printed, in its order; empty where it failed. */
  readonly outputs: readonly ScriptOutput[];
}
