/** How a script's run and a delivery can end, as values; the module `text` turns each into a sentence. */
import type { JsonObject } from '../shared/json/json-object.ts';
import type { NotificationFile } from './notification.ts';

/** Why a run counts as failed. */
export type RunFailure =
  | { readonly code: 'exit_status'; readonly status: number }
  | { readonly code: 'signal'; readonly signal: string }
  /** `limit` in ms. */
  | { readonly code: 'timeout'; readonly limit: number }
  | { readonly code: 'too_much_output' }
  /** The runner itself was asked to stop. */
  | { readonly code: 'stopped' }
  | { readonly code: 'no_home'; readonly home: string }
  /** The program, or the interpreter that its first line names, does not exist. */
  | { readonly code: 'not_found'; readonly path: string }
  /** The first line ends in a carriage return, which becomes a part of the interpreter's name. */
  | { readonly code: 'windows_lines'; readonly path: string }
  | { readonly code: 'too_many_processes' }
  | { readonly code: 'not_started'; readonly cause: unknown }
  /** The header, the interpreter, the output or the state is wrong; `error` is a Problem that names what. */
  | { readonly code: 'problem'; readonly error: unknown }
  /** The bot rejected the notification for good. */
  | { readonly code: 'refused'; readonly failure: SubmitFailure }
  /** The bot could not take the notification, and the disk could not keep it. */
  | { readonly code: 'not_kept'; readonly failure: SubmitFailure };

/** Why the bot did not take a notification. */
export type SubmitFailure =
  | { readonly code: 'not_linked' }
  /** The runner itself was asked to stop. */
  | { readonly code: 'stopped' }
  /** The bot's own error, no connection, no valid answer, or a file that disappeared; `error` is a Problem. */
  | { readonly code: 'problem'; readonly error: unknown };

/** How the bot took a notification. */
export type SubmitResult =
  | ({
      readonly kind: 'accepted';
      readonly status: SubmitStatus;
      /** The reader's quiet hours or digest hold it back. */
      readonly isHeld?: true;
      /** How it stands at each of several destinations, as the bot answers it; absent for one. */
      readonly deliveries?: readonly JsonObject[];
    } & LeftOut)
  /** Temporary: the same request may succeed later. */
  | { readonly kind: 'unavailable'; readonly failure: SubmitFailure }
  /** Permanent. */
  | { readonly kind: 'refused'; readonly failure: SubmitFailure };

/** What did not arrive of a notification that the bot accepted. */
export interface LeftOut {
  readonly unsendable: readonly UnsendableFile[];
  /** Some of several destinations, which refused it. */
  readonly refused: readonly RefusedDestination[];
}

/** A destination that refused a notification which others took. */
export interface RefusedDestination {
  readonly to: string;
  /** The bot's sentence. */
  readonly error: string;
}

/** What the bot did with a notification that it accepted, or the state of an alert. */
export type SubmitStatus = 'sent' | 'queued' | 'muted' | 'firing' | 'resolved';

/** An attachment that is left out of its message. */
export interface UnsendableFile {
  readonly attachment: NotificationFile;
  readonly code: 'missing' | 'not_a_file' | 'empty' | 'too_large' | 'too_large_together' | 'unreadable';
  /** The system's error where the code is `unreadable`. */
  readonly cause?: unknown;
}

/** How the job of one script ended. The codes are those of `RunOutcome`. */
export type RunEnd =
  | ({ readonly outcome: Exclude<SubmitStatus, 'resolved'> } & LeftOut)
  | { readonly outcome: 'quiet' | 'would-send' | 'stopped' }
  /** `left` in ms. */
  | { readonly outcome: 'cooldown'; readonly left: number }
  | { readonly outcome: 'running'; readonly why: 'locked' | 'just_ran' }
  | { readonly outcome: 'waiting'; readonly failure: SubmitFailure }
  /** `stderr` is the end of the script's standard error. */
  | { readonly outcome: 'failed'; readonly failure: RunFailure; readonly stderr: string };

/** How one of several notifications of a run ended. */
export interface NotificationEnd {
  readonly key?: string;
  readonly end: RunEnd;
}

/** How a run ended. */
export interface RunEnds {
  readonly end: RunEnd;
  /** How each of several notifications ended; `end` is then the one that matters most. */
  readonly notifications?: readonly NotificationEnd[];
}

/** Something wrong in a run that is not the failure of one script. */
export type RunWarning =
  | { readonly code: 'problem'; readonly error: unknown }
  | { readonly code: 'no_lock'; readonly error: unknown }
  /** `isTold`: the bot took a message that says so. */
  | { readonly code: 'state_unreadable'; readonly error: unknown; readonly isTold: boolean }
  | { readonly code: 'still_waiting'; readonly failure: SubmitFailure }
  | { readonly code: 'refused_after_waiting'; readonly source: string; readonly failure: SubmitFailure }
  | { readonly code: 'pending_unreadable'; readonly path: string; readonly cause: unknown }
  | { readonly code: 'pending_damaged'; readonly path: string; readonly movedTo: string };

/** A file of the folder of scripts that is not run although its name does not turn it off. */
export interface SkippedFile {
  readonly name: string;
  readonly path: string;
  readonly reason: SkipReason;
}

/** Why a file is not run. */
export type SkipReason =
  | { readonly code: 'dangling_link'; readonly target: string }
  /** A loop of links, or a folder on the way that may not be entered. */
  | { readonly code: 'unreachable'; readonly cause: unknown }
  | { readonly code: 'not_utf8' }
  /** Its ending names an interpreter in other letters, such as `.PY`. */
  | { readonly code: 'ending_case'; readonly rightName: string }
  /** A copy that a program made when a file was changed in two places, or one that a person set aside. */
  | { readonly code: 'conflict_copy' | 'leftover' }
  /** A byte order mark before `#!`: the kernel finds no interpreter. */
  | { readonly code: 'byte_order_mark' }
  /** Its ending names no interpreter, or it has none, and it has no run bit. */
  | { readonly code: 'not_executable' };

/** How a command of `notify-runner exec` ended; `status` is what a shell would return for it. */
export type CommandEnd =
  | { readonly code: 'exit_status'; readonly status: number }
  | { readonly code: 'signal'; readonly signal: string; readonly status: number }
  | { readonly code: 'not_found'; readonly command: string; readonly status: 127 }
  | { readonly code: 'not_started'; readonly cause: unknown; readonly status: 126 };

/** A failure that lasts. */
export interface OngoingFailure {
  /** Unix seconds of the first failure. */
  readonly since: number;
  /** Unix seconds when its owner was alerted; `undefined` when that did not happen. */
  readonly alertedAt?: number;
}

/** What is remembered of a script's failures. */
export interface FailureMemory {
  readonly failing?: OngoingFailure;
  /** Unix seconds of the last failure alert. It outlives a recovery, so that a flapping script does not alert each time. */
  readonly lastAlertAt?: number;
}
