import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../shared/problem.ts';
import type { RateLimit } from '../../shared/rate-limit.ts';
import type { WebContext, WebEnv } from '../context.ts';

/** A 429 that knows when to come back. */
export class TooOften extends Problem {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    const seconds = Math.ceil(milliseconds / 1000);
    super('too_many_requests', `That was too often: try again in ${seconds} s.`);
    this.milliseconds = milliseconds;
  }
}

const isLoopback = (address: string) => /^(::1|(::ffff:)?127\.)/.test(address);

/**
 * Where a request comes from. What a proxy says is believed on this host alone; a local program could lie there, which
 * gains it a rate of its own and nothing else.
 */
export function addressOf(context: WebContext): string {
  const peer = context.env.incoming.socket.remoteAddress ?? '';
  const said = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return isLoopback(peer) && said !== undefined && said !== '' ? said.slice(0, 64) : peer;
}

/** Keeps requests within a rate. @param keyOf whose rate it is */
export function within(limit: RateLimit<string>, keyOf: (context: WebContext) => string): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const wait = limit.take(keyOf(context));
    if (wait > 0) throw new TooOften(wait);
    await next();
  };
}
