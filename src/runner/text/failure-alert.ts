/** The messages to a script's owner: it fails, and it works again. */
import { type Problem, sentenceOf } from '../../core/problem.ts';
import { MAX_COPY } from '../../shared/api/limits.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import { shellWord } from '../../shared/text/shell-word.ts';
import type { NotificationContent } from '../notification.ts';
import type { OngoingFailure, RunFailure } from '../outcomes.ts';
import { failureText } from './failure-text.ts';
import { foldedCodeBlock, sentenceMarkdown } from './plain-text.ts';

/** A button that copies the command which runs a script again; none where the command is too long for one. */
function runAgain(name: string): Pick<NotificationContent, 'buttons'> {
  const copy = `notify-runner run ${shellWord(name)}`;
  if (copy.length > MAX_COPY || /\p{C}/u.test(copy)) return {};
  return { buttons: [{ text: 'Copy the command to run it again', copy }] };
}

/** @param quiet for how long no other failure alert of the script follows, ms */
export function failureAlert(name: string, failure: RunFailure, stderr: string, quiet: number): NotificationContent {
  const next = quiet > 0 ? `\n\n_No further failure alert for ${shortDuration(quiet)}._` : '';
  return {
    title: `${name} failed`,
    message: `${sentenceMarkdown(failureText(failure))}${foldedCodeBlock(stderr)}${next}`,
    severity: 'medium',
    ...runAgain(name),
    attachments: [],
  };
}

export function unreadableAlert(name: string, problem: Problem): NotificationContent {
  const message = `${sentenceMarkdown(sentenceOf(problem))} Until that is mended, its cooldowns and failures are not remembered.`;
  return { title: `The state of ${name} can't be read`, message, severity: 'medium', attachments: [] };
}

/** @param now Unix time in ms */
export function recoveryAlert(name: string, { since }: OngoingFailure, now: number): NotificationContent {
  const lasted = shortDuration(Math.max(1000, now - since * 1000));
  return { title: `${name} works again`, message: `It had failed for ${lasted}.`, severity: 'info', attachments: [] };
}
