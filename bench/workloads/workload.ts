import type { Note } from '../support/figures.ts';
import type { Subject } from '../support/subject.ts';
import type { Telegram } from '../support/telegram.ts';

/** What every workload is handed. */
export interface Stage {
  readonly subject: Subject;
  /** The command that runs what is due. */
  readonly runner: readonly string[];
  /** One somewhere else, when that shall be used; workloads that watch or slow it down are left out then. */
  readonly telegram: Telegram | undefined;
  /** A minute in all rather than ten. */
  readonly quick: boolean;
  readonly note: Note;
}

/** Something that is measured. */
export interface Workload {
  readonly name: string;
  /** One line for `--list`. */
  readonly about: string;
  /**
   * `socket`: any server will do; `program`: it has to be started and ended; `sandbox`: and Telegram has to be the
   * pretended one; `none`: no service is asked.
   */
  readonly needs: 'socket' | 'program' | 'sandbox' | 'none';
  run(stage: Stage): Promise<void>;
}
