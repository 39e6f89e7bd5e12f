import { isIPv6 } from 'node:net';
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

const isLoopback = (address: string) => /^(::1|(::ffff:)?127\.)/.test(address);

/** The /64 network of an IPv6 address: a household has any number of addresses in it (RFC 6177). */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const [first, last] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (first?.length ?? 0) - (last?.length ?? 0) }, () => '0');
  const groups = [...(first ?? []), ...zeros, ...(last ?? [])].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

/**
 * The address of the client; with IPv6, its network. A proxy's header is trusted only from this host. A local program
 * could forge it, but gains only a separate rate limit.
 */
export function addressOf(context: WebContext): string {
  const peer = context.env.incoming.socket.remoteAddress ?? '';
  const forwarded = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return networkOf(isLoopback(peer) && forwarded ? forwarded.slice(0, 64) : peer);
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
