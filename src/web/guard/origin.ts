/**
 * Checks that a request is for this host and from its own pages. Another site in the same browser can send requests
 * here, but can't choose the headers with which the browser describes their origin:
 * https://developer.mozilla.org/docs/Glossary/Fetch_metadata_request_header
 */
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { WebContext, WebEnv } from '../context.ts';

/** Names that browsers take for this computer without a proxy; those below `localhost` too (RFC 6761, 6.3). */
const LOOPBACK = /^((?:[a-z0-9-]+\.)?localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const SAFE = new Set(['GET', 'HEAD']);

/**
 * Refuses requests under another host name, to prevent DNS rebinding.
 *
 * @param publicUrl the public address, accepted besides the loopback names
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

/** Whether the browser states that one of the dashboard's pages made this request. */
function isSameOrigin(context: WebContext, publicUrl: URL | undefined): boolean {
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = context.req.header('origin') ?? '';
  const host = context.req.header('host')?.toLowerCase() ?? '';
  if (host === publicUrl?.host) return origin === publicUrl.origin;
  return origin === `http://${host}`;
}

/** Refuses requests that change something and were not made by one of the dashboard's pages. */
export function sameOrigin(publicUrl: URL | undefined): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    if (!SAFE.has(context.req.method) && !isSameOrigin(context, publicUrl)) {
      throw new Problem('cross_site', 'This request did not come from a page of the dashboard, so it was refused.');
    }
    await next();
  };
}
