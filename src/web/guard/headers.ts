import type { MiddlewareHandler } from 'hono';
import type { WebEnv } from '../context.ts';

/** All resources come from this server, nothing is inline, and framing is forbidden. https://www.w3.org/TR/CSP3/ */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Not no-referrer: with it, the dashboard's own forms would have the origin "null".
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Two years, as https://hstspreload.org requires. */
const HSTS = 'max-age=63072000';

/** Sets the security headers on every answer. @param https whether the public address is https */
export function securityHeaders(https: boolean): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    if (https) context.header('strict-transport-security', HSTS);
    context.header('cache-control', 'no-store');
    await next();
  };
}
