/** The fields of a question as valibot schemas. */
import * as v from 'valibot';
import { isSender } from '../../../core/destination.ts';
import {
  MAX_CHOICE,
  MAX_CHOICES,
  MAX_MAY,
  MAX_QUESTION,
  MAX_TIMEOUT_MS,
  MIN_CHOICES,
  MIN_TIMEOUT_MS,
} from '../../../core/questions/question.ts';
import { parseDuration } from '../../text/duration.ts';
import { expected, string } from '../fields.ts';
import { MAX_USER } from '../limits.ts';
import { isDuration } from '../send-at.ts';

/** A control character other than a newline or a tab. */
const CONTROL = /[^\P{Cc}\n\t]/u;

/** What is asked, in Markdown. */
export const text = string(
  `a question of 1 to ${MAX_QUESTION} characters, without control characters`,
  (found) => found.trim() !== '' && found.length <= MAX_QUESTION && !CONTROL.test(found),
);

/** Whether a text can be a choice: something that can be seen, on one line. */
export const isChoice = (found: string): boolean =>
  found.length <= MAX_CHOICE && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(found) && /[\p{L}\p{N}\p{P}\p{S}]/u.test(found);

const choice = string(`1 to ${MAX_CHOICE} printable characters`, isChoice);
const someChoices = `${MIN_CHOICES} to ${MAX_CHOICES} choices`;

/** The answers, in the order of their buttons. */
export const choices = v.pipe(
  v.array(choice, expected(`a list of ${someChoices}`)),
  v.check(
    (list) => list.length >= MIN_CHOICES && list.length <= MAX_CHOICES,
    ({ input }) => `expected ${someChoices}, found ${input.length}.`,
  ),
  v.check((list) => new Set(list).size === list.length, 'expected different choices, found one twice.'),
);

/** Whether a text is a time that a question may be open. */
export function isTimeout(found: string): boolean {
  if (!isDuration(found)) return false;
  const ms = parseDuration(found, 'timeout');
  return ms >= MIN_TIMEOUT_MS && ms <= MAX_TIMEOUT_MS;
}

/** What a time that a question may be open looks like, for errors. */
export const A_TIMEOUT = 'a duration from 1s to 7d, such as 10m';

/** How long it may be answered. */
export const timeout = string(A_TIMEOUT, isTimeout);

const who = string(
  `a user name, %group or *, of at most ${MAX_USER} characters`,
  (found) => found.length <= MAX_USER && isSender(found),
);

/** Who may answer in a group. */
export const may = v.pipe(
  v.array(who, expected('a list of user names, %groups or *')),
  v.check(
    (list) => list.length >= 1 && list.length <= MAX_MAY,
    ({ input }) => `expected 1 to ${MAX_MAY} names, found ${input.length}; use a %group.`,
  ),
);
