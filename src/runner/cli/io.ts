import { constants } from 'node:os';
import type { Environment } from '../../shared/process/settings.ts';

/** What a command may touch of the process it runs in. */
export interface RunnerIo {
  readonly environment: Environment;
  /** The user's home, an absolute path. */
  readonly home: string;
  readonly uid: number;
  /** The `node` that runs this. */
  readonly node: string;
  /** How this program was started: the path to put into a crontab. */
  readonly self: string;
  readonly cores: number;
  out(text: string): void;
  err(text: string): void;
  /** Whether standard output is a terminal, and standard error is. */
  readonly terminal: boolean;
  readonly errTerminal: boolean;
  /** Standard input, or `undefined` where it is a terminal. */
  readonly input: AsyncIterable<Uint8Array> | undefined;
  /** Aborted, with the signal's name as its reason, when the process is asked to stop. */
  readonly stop: AbortSignal;
  /** Calls back at each such signal, the first included. */
  onSignal(callback: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): void;
}

/** The statuses every command ends with. */
export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;

/** The status of a program that a signal stopped, as a shell has it; `undefined` while none did. */
export function stopStatus({ stop }: RunnerIo): number | undefined {
  if (!stop.aborted) return undefined;
  const found = Object.entries(constants.signals).find(([name]) => name === stop.reason);
  return 128 + (found?.[1] ?? constants.signals.SIGTERM);
}
