import { type Code, isCode } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import type { SocketAnswer } from '../http/socket-client.ts';

/** The body of every answer that is not a success. */
export interface ErrorAnswer {
  /** One sentence that a person can act on. */
  readonly error: string;
  readonly code: Code;
}

/** Control characters would change what a terminal shows. */
const oneLine = (sentence: string): string => sentence.replace(/\p{Cc}+/gu, ' ');

/**
 * The error that an answer holds, with the service's own sentence; `undefined` for a success. It has the code
 * `unknown_error` where the service's code is not one of this version, and `bad_answer` where there is no error in it.
 *
 * @param service the name of the service that answered
 */
export function problemIn({ status, body }: SocketAnswer, service = 'notify-bot'): Problem | undefined {
  if (status >= 200 && status < 300) return undefined;
  const { error, code }: Partial<Record<string, unknown>> =
    typeof body === 'object' && body !== null ? { ...body } : {};
  if (typeof error !== 'string' || error === '' || typeof code !== 'string') {
    return new Problem('bad_answer', `${service} answered with status ${status} and no reason.`);
  }
  return new Problem(isCode(code) ? code : 'unknown_error', oneLine(error));
}
