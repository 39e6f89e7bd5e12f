/** Parameters of an error. https://core.telegram.org/bots/api#responseparameters */
export interface ErrorParameters {
  readonly retry_after?: number;
  readonly migrate_to_chat_id?: number;
}

/** An error with the Bot API's wording; `message` is its `description`. */
export class ApiError extends Error {
  /** The HTTP status, and the answer's `error_code`. */
  readonly code: number;
  readonly parameters: ErrorParameters | undefined;

  constructor(code: number, description: string, parameters?: ErrorParameters) {
    super(description);
    this.name = 'ApiError';
    this.code = code;
    this.parameters = parameters;
  }
}

/** A 400; `detail` follows `Bad Request: `. */
export function badRequest(detail: string): ApiError {
  return new ApiError(400, `Bad Request: ${detail}`);
}

/** A 429. @param seconds time to wait, a whole number */
export function tooManyRequests(seconds: number): ApiError {
  return new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}
