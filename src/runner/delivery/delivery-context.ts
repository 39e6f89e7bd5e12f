import type { RunWarning } from '../outcomes.ts';
import type { RunnerLog } from '../state/runner-log.ts';
import type { BotClient } from './bot-client.ts';

/** What every delivery of a run shares. */
export interface DeliveryContext {
  readonly stateDir: string;
  readonly client: BotClient;
  readonly log: RunnerLog;
  /** Reports what a person should know: a full disk, a state file that can't be read. */
  readonly warn: (warning: RunWarning) => void;
  /** Unix time in ms. */
  readonly now: () => number;
}
