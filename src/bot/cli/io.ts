import type { Environment } from '../../shared/process/settings.ts';
import type { Owner } from './become-owner.ts';

/** The parts of its process that a command may use. */
export interface BotIo {
  readonly environment: Environment;
  readonly uid: number;
  /** Gives up root's rights for good and becomes this account. @throws Problem `data_dir` */
  become(owner: Owner): void;
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
