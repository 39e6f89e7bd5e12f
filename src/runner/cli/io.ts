import { constants } from 'node:os';
import type { Environment } from '../../shared/process/settings.ts';

/** What a command may use of its process. */
export interface RunnerIo {
  readonly environment: Environment;
  /** The user's home, an absolute path. */
  readonly home: string;
  readonly uid: number;
  /** The path of this `node`. */
  readonly node: string;
  /** The path of this program, for a crontab. */
  readonly self: string;
  readonly cores: number;
  out(text: string): void;
  err(text: string): void;
  /** Whether standard output, or standard error, is a terminal. */
  readonly terminal: boolean;
  readonly errTerminal: boolean;
  /** Whether standard input is a terminal: a person may look at the output through `tee`. */
  readonly inTerminal: boolean;
  /** Standard input; `undefined` where it is a terminal. */
  readonly input: AsyncIterable<Uint8Array> | undefined;
  /** Aborted, with the signal's name as its reason, when the process is asked to stop. */
  readonly stop: AbortSignal;
  /** Calls back at each such signal, including the first. */
  onSignal(callback: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): void;
}

/** Whether nobody watches: cron and timers give no terminal. */
export const isUnattended = ({ terminal, errTerminal, inTerminal }: RunnerIo): boolean =>
  !terminal && !errTerminal && !inTerminal;

/** Clears the line that the cursor is on. */
export const CLEAR_LINE = '\r\u001b[K';

/** The exit statuses of every command. */
export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;

/** The exit status of a program that was stopped by a signal, as in a shell; `undefined` when it was not stopped. */
export function stopStatus({ stop }: RunnerIo): number | undefined {
  if (!stop.aborted) return undefined;
  const found = Object.entries(constants.signals).find(([name]) => name === stop.reason);
  return 128 + (found?.[1] ?? constants.signals.SIGTERM);
}
