import type { Note } from '../support/figures.ts';
import type { Subject } from '../support/subject.ts';
import type { Telegram } from '../support/telegram.ts';

/** The environment of a workload. */
export interface Stage {
  readonly subject: Subject;
  /** The command of the runner. */
  readonly runner: readonly string[];
  /** The command that cron starts: the launcher, unless another runner is measured. */
  readonly launcher: readonly string[];
  /** An external Telegram, if given; workloads that observe or slow down Telegram are then skipped. */
  readonly telegram: Telegram | undefined;
  /** Whether to take one minute in all instead of ten. */
  readonly quick: boolean;
  readonly note: Note;
}

/** A measurement. */
export interface Workload {
  readonly name: string;
  /** One line for `--list`. */
  readonly about: string;
  /**
   * `socket`: any server; `program`: a service that it can start and stop; `sandbox`: also the simulated Telegram;
   * `none`: no service.
   */
  readonly needs: 'socket' | 'program' | 'sandbox' | 'none';
  run(stage: Stage): Promise<void>;
}
