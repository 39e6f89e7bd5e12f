/** How a run ended, for the terminal, the log and the JSON of `run --json`. */
import { sentenceOf } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import type { RunEnd, RunWarning } from '../outcomes.ts';
import { failureText } from './failure-text.ts';
import { lastLine } from './plain-text.ts';
import { submitFailureText, unsendableText } from './submit-text.ts';

/** The detail behind a run's outcome: a sentence, or a few words; empty when there is none. */
export function detailText(end: RunEnd): string {
  switch (end.outcome) {
    case 'sent':
    case 'queued':
    case 'muted':
      return end.unsendable.map((file) => unsendableText(file)).join(' ');
    case 'cooldown':
      return `${shortDuration(end.left)} left`;
    case 'running':
      return end.why === 'locked' ? 'another run holds its lock' : 'another run came first';
    case 'waiting':
      return `The notification waits for the next run: ${submitFailureText(end.failure)}`;
    case 'failed':
      return failureText(end.failure, lastLine(end.stderr));
    case 'quiet':
    case 'would-send':
    case 'stopped':
      return '';
  }
}

/** A warning as a sentence. */
export function warningText(warning: RunWarning): string {
  switch (warning.code) {
    case 'problem':
      return sentenceOf(warning.error);
    case 'no_lock':
      return `${sentenceOf(warning.error)} Scripts run without a lock.`;
    case 'still_waiting':
      return `A notification still waits: ${submitFailureText(warning.failure)}`;
    case 'refused_after_waiting':
      return `${warning.source}: the bot refused a notification that had waited: ${submitFailureText(warning.failure)}`;
    case 'pending_unreadable':
      return `${warning.path} can't be read: ${reasonOf(warning.cause)}.`;
    case 'pending_damaged':
      return `${warning.path} is damaged: it was moved to ${warning.movedTo} and is not sent.`;
  }
}

/** Why a file of the folder is not run although it has a script's name, as a sentence. */
export const undecodableNameText = (name: string): string =>
  `${JSON.stringify(name)} is skipped: its name is not UTF-8; rename it.`;
