/** Sentences on failures of scripts. */
import { sentenceOf } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import type { RunFailure } from '../outcomes.ts';
import { submitFailureText } from './submit-text.ts';

/**
 * Why a script counts as failed, as a sentence whose "it" is the script.
 *
 * @param addition added to the facts, such as ` (the last line of standard error)`; empty unless given
 */
export function failureText(failure: RunFailure, addition = ''): string {
  switch (failure.code) {
    case 'exit_status':
      return `It ended with exit code ${failure.status}${addition}.`;
    case 'signal':
      return `It was ended by ${failure.signal}${addition}.`;
    case 'timeout':
      return `It was not done within ${shortDuration(failure.limit)}${addition}.`;
    case 'too_much_output':
      return `It printed more than 1 MB${addition}.`;
    case 'stopped':
      return `It was stopped together with the runner${addition}.`;
    case 'no_home':
      return `Your home directory ${failure.home} does not exist.`;
    case 'not_found':
      return `It could not be started: ${failure.path}, or the program that its first line names, does not exist.`;
    case 'windows_lines':
      return `It has Windows line endings, so its interpreter is not found. Convert it: sed -i 's/\\r$//' ${failure.path}`;
    case 'too_many_processes':
      return 'It could not be started: you have too many processes (EAGAIN).';
    case 'not_started':
      return `It could not be started: ${reasonOf(failure.cause)}.`;
    case 'problem':
      return `${sentenceOf(failure.error)}${addition}`;
    case 'refused':
      return `The bot refused the notification: ${submitFailureText(failure.failure)}`;
    case 'not_kept':
      return `The notification could be neither sent nor stored: ${submitFailureText(failure.failure)}`;
  }
}
