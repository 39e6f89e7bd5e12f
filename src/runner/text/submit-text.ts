/** Sentences on deliveries: why the bot did not take one, and which files were left out. */
import { sentenceOf } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import type { LeftOut, RefusedDestination, SubmitFailure, UnsendableFile } from '../outcomes.ts';
import { printable } from './plain-text.ts';

/** Why the bot did not take a notification, as a sentence. */
export function submitFailureText(failure: SubmitFailure): string {
  switch (failure.code) {
    case 'not_linked':
      return 'Your account is not linked to a Telegram chat: run notify-runner link.';
    case 'stopped':
      return 'The runner was stopped.';
    case 'problem':
      return printable(sentenceOf(failure.error));
  }
}

const REASONS = {
  missing: () => 'it does not exist',
  not_a_file: () => 'it is not a file',
  empty: () => 'it is empty',
  too_large: () => 'it is larger than 50 MB',
  too_large_together: () => 'the files are too large together',
  unreadable: (cause: unknown) => reasonOf(cause),
} as const;

/**
 * Why a file is not in its message, as a sentence.
 *
 * @param shown how the path is written: as it is unless given
 */
export function unsendableText(
  { attachment: { as, path }, code, cause }: UnsendableFile,
  shown: (path: string) => string = (text) => text,
): string {
  return `The ${as === 'photo' ? 'image' : 'file'} ${shown(path)} can't be sent: ${REASONS[code](cause)}.`;
}

/** Which destination refused a notification that others took, and why. */
export const refusedText = ({ to, error }: RefusedDestination): string => `Not sent to ${to}: ${printable(error)}`;

/** What did not arrive of a notification, in sentences; empty where all of it did. */
export function leftOutText({ unsendable, refused }: LeftOut): string {
  return [...unsendable.map((file) => unsendableText(file)), ...refused.map(refusedText)].join(' ');
}
