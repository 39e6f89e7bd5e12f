import type { Sources } from './account.ts';
import type { Become, UnitCommand } from './become.ts';

/** Dependencies of the actor. */
export interface ActorParts {
  /** The uid at the other end of the connection, as the kernel reports it. */
  readonly caller: () => number;
  /** The user that may send requests, besides root. */
  readonly botUser: string;
  /** The group whose members' scripts may run; every person's when `undefined`. */
  readonly group: string | undefined;
  readonly sources: Sources;
  /** Builds the command that runs a program as a user. */
  readonly become: Become;
  /** The command that lists the runs under way. */
  readonly listRuns: UnitCommand;
  /** Builds the command that ends one. */
  readonly stopRun: (unit: string) => UnitCommand;
  /** The command line that starts `notify-runner`. */
  readonly runner: readonly string[];
  /** Writes one sentence to the journal. */
  readonly say: (sentence: string) => void;
  /** Time limit of all but runs, ms, 10 s by default. A run is limited by its script's own timeout. */
  readonly answerMs?: number;
  /** How long the actor waits for a request to begin, ms, two and a half minutes by default. */
  readonly beginMs?: number;
}
