import type { Code } from './codes.ts';

/**
 * A failure that a person can act on.
 *
 * `message` is one sentence for people: what failed and, where it helps, what to do. It never holds a secret, and no
 * code depends on its wording: programs compare `code`.
 */
export class Problem extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Problem';
    this.code = code;
  }
}

/** The system's own word for a failed call (`ENOENT`, `ENOSPC`, …), or `undefined` for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** An error's sentence, for a log line or a reason. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
