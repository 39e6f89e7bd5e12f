import { isIPv6 } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { RateLimit } from '../../shared/http/rate-limit.ts';
import type { WebContext, WebEnv } from '../context.ts';

/** A 429 that knows when to come back. */
export class RateLimited extends Problem {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    const seconds = Math.ceil(milliseconds / 1000);
    super('too_many_requests', `That was too often: try again in ${seconds} s.`);
    this.milliseconds = milliseconds;
  }
}

const isLoopback = (address: string) => /^(::1|(::ffff:)?127\.)/.test(address);

/** A network of IPv6 is one household, which has as many addresses as it wants: RFC 6177. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const [first, last] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (first?.length ?? 0) - (last?.length ?? 0) }, () => '0');
  const groups = [...(first ?? []), ...zeros, ...(last ?? [])].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

/**
 * Where a request comes from; with IPv6, which network. What a proxy says is believed on this host alone; a local program could lie there, which
 * gains it a rate of its own and nothing else.
 */
export function addressOf(context: WebContext): string {
  const peer = context.env.incoming.socket.remoteAddress ?? '';
  const said = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return networkOf(isLoopback(peer) && said !== undefined && said !== '' ? said.slice(0, 64) : peer);
}

/** Keeps requests within a rate. @param keyOf whose rate it is */
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
