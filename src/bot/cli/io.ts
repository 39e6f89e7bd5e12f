import type { Environment } from '../../shared/process/settings.ts';
import type { Owner } from './as-owner.ts';

/** What a process printed, and its exit status. */
export interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The parts of its process that a command may use. */
export interface BotIo {
  readonly environment: Environment;
  readonly uid: number;
  /**
   * Runs this program with other arguments as another account, with its group alone; for root.
   *
   * @returns its status, and what it wrote to standard output and standard error
   */
  runAs(owner: Owner, args: readonly string[], environment: Environment): Promise<Answer>;
  /** The folder that the program's file is in, beside the project's other programs. */
  readonly programDir: string;
  out(text: string): void;
  err(text: string): void;
  /** Whether standard output is a terminal. */
  readonly terminal: boolean;
  /** Resolves with the signal's name when the process is asked to stop. */
  readonly stopRequested: Promise<string>;
  /** The file from which systemd sets the environment of the service. */
  readonly settingsFile: string;
  /** Runs the same command with another environment, where Node reads something only at its start. @returns the exit status */
  rerun(environment: Environment): Promise<number>;
  /** Calls back whenever log files were rotated, or settings are to be read again. */
  onReload(callback: () => void): void;
}

/** Exit statuses of every command. */
export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;

/** The command that `doctor` runs as the owner of the data folder; it prints its findings as JSON, and is for nobody else. */
export const INSPECT = 'inspect-storage';
