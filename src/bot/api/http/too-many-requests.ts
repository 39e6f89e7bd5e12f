import type { Code } from '../../../core/codes.ts';
import { Problem } from '../../../core/problem.ts';

/** A 429 that says when to come back. */
export class TooManyRequests extends Problem {
  /** After which to try again. */
  readonly milliseconds: number;

  /** @param what a clause about the limit, without its full stop */
  constructor(what: string, milliseconds: number, code: Code = 'too_many_requests') {
    const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
    super(code, `${what}: try again in ${seconds} s.`);
    this.milliseconds = milliseconds;
  }
}
