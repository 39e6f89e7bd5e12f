import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { RateLimit } from '../../shared/http/rate-limit.ts';
import type { WebContext, WebEnv } from '../context.ts';

/** A 429 with the time to wait. */
export class RateLimited extends Problem {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    const seconds = Math.ceil(milliseconds / 1000);
    super('too_many_requests', `Too many requests: try again in ${seconds} s.`);
    this.milliseconds = milliseconds;
  }
}

/** Limits the rate of requests. @param keyOf the key of the limit */
export function rateLimited(
  limit: RateLimit<string>,
  keyOf: (context: WebContext) => string,
): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const wait = limit.take(keyOf(context));
    if (wait > 0) throw new RateLimited(wait);
    await next();
  };
}
