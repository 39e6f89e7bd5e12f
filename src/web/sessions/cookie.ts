/**
 * The cookie of a session. Browsers accept `__Host-` only with Secure, for exactly this host and all its paths
 * (RFC 6265bis, 4.1.3); over plain http they keep it only for loopback names.
 */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { WebContext } from '../context.ts';
import { LIFETIME_MS } from './session.ts';

const NAME = '__Host-notify';
const OPTIONS = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

export const sessionCookie = {
  read: (context: WebContext): string | undefined => getCookie(context, NAME),
  write: (context: WebContext, token: string): void =>
    setCookie(context, NAME, token, { ...OPTIONS, maxAge: LIFETIME_MS / 1000 }),
  remove: (context: WebContext): void => {
    deleteCookie(context, NAME, OPTIONS);
  },
};

const FLOW_NAME = '__Host-notify-login';

/** The cookie that binds the provider's answer to the browser that started the login. */
export const flowCookie = {
  read: (context: WebContext): string | undefined => getCookie(context, FLOW_NAME),
  write: (context: WebContext, id: string, seconds: number): void =>
    setCookie(context, FLOW_NAME, id, { ...OPTIONS, maxAge: seconds }),
  remove: (context: WebContext): void => {
    deleteCookie(context, FLOW_NAME, OPTIONS);
  },
};
