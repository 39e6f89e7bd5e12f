/**
 * A failure that a person can act on.
 *
 * `message` is one sentence that names what failed and, where it helps, what to do; `code` is one word for programs.
 * It never holds a secret.
 */
export class Problem extends Error {
  /** One word for programs, such as `not_linked`. */
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
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
