/** What questions, choices and times may be, for the API and for command lines. */
import { MAX_CHOICE, MAX_QUESTION, MAX_TIMEOUT_MS, MIN_TIMEOUT_MS } from '../../../core/questions/question.ts';
import { parseDuration } from '../../text/duration.ts';
import { isDuration } from '../send-at.ts';

/** A control character other than a newline or a tab. */
const CONTROL = /[^\P{Cc}\n\t]/u;
/** Something that a reader sees. */
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a text can be a question. */
export const isQuestion = (text: string): boolean =>
  text.length <= MAX_QUESTION && SEEN.test(text) && !CONTROL.test(text);

/** Whether a text can be a choice: something that can be seen, on one line. */
export const isChoice = (text: string): boolean =>
  text.length <= MAX_CHOICE && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(text) && SEEN.test(text);

/** What a time that a question may be open looks like, for errors. */
export const A_TIMEOUT = 'a duration from 1s to 7d, such as 10m';

/** Whether a text is such a time. */
export function isTimeout(text: string): boolean {
  if (!isDuration(text)) return false;
  const ms = parseDuration(text, 'timeout');
  return ms >= MIN_TIMEOUT_MS && ms <= MAX_TIMEOUT_MS;
}
