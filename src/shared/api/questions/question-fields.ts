/** The fields of a question as valibot schemas. */
import * as v from 'valibot';
import { isSender } from '../../../core/destination.ts';
import { MAX_CHOICE, MAX_CHOICES, MAX_MAY, MAX_QUESTION, MIN_CHOICES } from '../../../core/questions/question.ts';
import { expected, string } from '../fields.ts';
import { MAX_USER } from '../limits.ts';
import { A_TIMEOUT, isChoice, isQuestion, isTimeout } from './question-rules.ts';

/** What is asked, in Markdown. */
export const text = string(`a question of 1 to ${MAX_QUESTION} characters, without control characters`, isQuestion);

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
