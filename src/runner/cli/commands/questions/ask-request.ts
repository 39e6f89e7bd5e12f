/** What `notify-runner ask` asks, from its command line. */
import { Problem } from '../../../../core/problem.ts';
import { MAX_CHOICE, MAX_CHOICES, MAX_QUESTION, MIN_CHOICES } from '../../../../core/questions/question.ts';
import { A_TIMEOUT, isChoice, isQuestion, isTimeout } from '../../../../shared/api/questions/question-rules.ts';
import type { AskBody } from '../../../../shared/api/questions/questions.ts';
import { literal } from '../../../../shared/text/markdown-literal.ts';
import { destinationsIn } from '../../destinations-in.ts';
import { sendersIn } from '../destination/names.ts';

/** The options of the command. */
export interface AskOptions {
  readonly choice?: readonly string[];
  readonly timeout: string;
  readonly to?: readonly string[];
  readonly may?: readonly string[];
  readonly id?: string;
  readonly plain?: boolean;
  readonly json?: boolean;
}

const usage = (sentence: string) => new Problem('usage', sentence);

/** @throws Problem `usage` */
function requireChoices(choices: readonly string[]): void {
  if (choices.length < MIN_CHOICES || choices.length > MAX_CHOICES) {
    throw usage(`--choice: expected ${MIN_CHOICES} to ${MAX_CHOICES} choices, found ${choices.length}.`);
  }
  const wrong = choices.find((choice) => !isChoice(choice));
  if (wrong !== undefined) {
    const found = JSON.stringify(wrong.slice(0, MAX_CHOICE));
    throw usage(`--choice: expected 1 to ${MAX_CHOICE} printable characters, found ${found}.`);
  }
  const twice = choices.find((choice, at) => choices.indexOf(choice) !== at);
  if (twice !== undefined) throw usage(`--choice: ${JSON.stringify(twice)} is there twice.`);
}

/** Puts the request together. @throws Problem `usage` */
export function askRequest(typed: string, options: AskOptions): AskBody {
  const { choice, timeout, to, may, id, plain } = options;
  const trimmed = typed.trim();
  const text = plain ? literal(trimmed) : trimmed;
  if (!isQuestion(text)) {
    throw usage(`The question: expected 1 to ${MAX_QUESTION} characters, none of them control characters.`);
  }
  if (choice !== undefined) requireChoices(choice);
  if (!isTimeout(timeout)) throw usage(`--timeout: expected ${A_TIMEOUT}, found ${JSON.stringify(timeout)}.`);
  return {
    text,
    timeout,
    ...(choice !== undefined && { choices: [...choice] }),
    ...(to !== undefined && { to: [...destinationsIn(to)] }),
    ...(may !== undefined && { may: sendersIn(may) }),
    ...(id !== undefined && { id }),
  };
}
