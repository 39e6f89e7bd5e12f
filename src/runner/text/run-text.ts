/** How a run ended, for the terminal, the log and the JSON of `run --json`. */
import { sentenceOf } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import type { NotificationEnd, RunEnd, RunEnds, RunWarning } from '../outcomes.ts';
import { failureText } from './failure-text.ts';
import { lastLine, someOf } from './plain-text.ts';
import { leftOutText, submitFailureText } from './submit-text.ts';

/** The detail behind a run's outcome: a sentence, or a few words; empty when there is none. */
export function detailText(end: RunEnd): string {
  switch (end.outcome) {
    case 'sent':
    case 'queued':
    case 'muted':
    case 'firing':
      return leftOutText(end);
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

/** Each outcome in words, after a number of notifications. */
const COUNTED: Readonly<Record<RunEnd['outcome'], string>> = {
  sent: 'sent',
  queued: 'queued',
  muted: 'muted',
  firing: 'firing',
  waiting: 'waiting',
  quiet: 'no alert',
  cooldown: 'cooldown',
  failed: 'failed',
  running: 'running already',
  'would-send': 'would be sent',
  stopped: 'stopped',
};

/** `2 sent, 1 cooldown.` */
function countsText(notifications: readonly NotificationEnd[]): string {
  const counts = new Map<string, number>();
  for (const { end } of notifications) {
    const words = COUNTED[end.outcome];
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return `${[...counts].map(([words, count]) => `${count} ${words}`).join(', ')}.`;
}

/**
 * The detail behind a run's outcome: for several notifications, how many ended in which way, and a sentence on each that
 * was not sent because of an error.
 */
export function resultText({ end, notifications }: RunEnds): string {
  if (notifications === undefined) return detailText(end);
  if (notifications.every((one) => one.end.outcome === 'quiet')) return '';
  const sentences = notifications.flatMap((one) => {
    const text = one.end.outcome === 'cooldown' ? '' : detailText(one.end);
    return text === '' ? [] : [text];
  });
  return [countsText(notifications), someOf([...new Set(sentences)])].filter((text) => text !== '').join(' ');
}

/** A warning as a sentence. */
export function warningText(warning: RunWarning): string {
  switch (warning.code) {
    case 'problem':
    case 'state_unreadable':
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
