/**
 * Whether a request was meant for this page, and came from it. A site that is opened in the same browser can send
 * requests here but can't choose what the browser says of them: https://developer.mozilla.org/docs/Glossary/Fetch_metadata_request_header
 */
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { WebContext, WebEnv } from '../context.ts';

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const SAFE = new Set(['GET', 'HEAD']);

/**
 * Refuses requests under a name that isn't ours, so that no other name can be pointed here.
 *
 * @param publicUrl the address that people type, besides this host's own names for itself
 */
export function ownHost(publicUrl: URL | undefined): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    if (host.toLowerCase() !== publicUrl?.host && !LOOPBACK.test(host)) {
      throw new Problem(
        'wrong_host',
        `${host.slice(0, 100)} is not the dashboard's address: set NOTIFY_WEB_URL to it.`,
      );
    }
    await next();
  };
}

/** Whether the browser says that a page of ours made this request. */
function isOurs(context: WebContext, publicUrl: URL | undefined): boolean {
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = context.req.header('origin') ?? '';
  const host = context.req.header('host')?.toLowerCase() ?? '';
  if (host === publicUrl?.host) return origin === publicUrl.origin;
  return origin === `http://${host}`;
}

/** Refuses every request that changes something and was not made by a page of ours. */
export function sameOrigin(publicUrl: URL | undefined): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    if (!SAFE.has(context.req.method) && !isOurs(context, publicUrl)) {
      throw new Problem('cross_site', 'This request did not come from a page of the dashboard, so nothing was done.');
    }
    await next();
  };
}
