/** How a command of `notify-runner exec` ended, as a message. */
import { reasonOf } from '../../shared/files/storage-problem.ts';
import type { CommandEnd } from '../outcomes.ts';
import { codeBlock, sentenceMarkdown } from './plain-text.ts';

/** `1h 2m`, `3m 12s`, `4.5 s`, `80 ms`. */
function longDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}h ${minutes}m` : `${minutes}m ${seconds % 60}s`;
}

/** Why a command could not be started, as a sentence. */
export const notStartedText = (end: Extract<CommandEnd, { readonly code: 'not_found' | 'not_started' }>): string =>
  end.code === 'not_found' ? `${end.command} was not found.` : `It could not be started: ${reasonOf(end.cause)}.`;

/**
 * The Markdown of the message on a command's end.
 *
 * @param tail the end of its output
 * @param took ms
 */
export function commandEndText(end: CommandEnd, tail: string, took: number): string {
  switch (end.code) {
    case 'exit_status':
      return `Exit code ${end.status}, after ${longDuration(took)}.${codeBlock(tail)}`;
    case 'signal': {
      const why = end.signal === 'SIGPIPE' ? ' (the reader of its output has closed the pipe)' : '';
      return `Ended by ${end.signal}${why}, after ${longDuration(took)}.${codeBlock(tail)}`;
    }
    case 'not_found':
    case 'not_started':
      return sentenceMarkdown(notStartedText(end));
  }
}
