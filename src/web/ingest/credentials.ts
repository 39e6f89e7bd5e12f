/** Where a request carries its machine key. */
import type { WebContext } from '../context.ts';

/** The password of HTTP's basic authentication; the user name may be anything. https://www.rfc-editor.org/rfc/rfc7617 */
function basicPassword(encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? '' : text.slice(colon + 1);
}

/**
 * The key that a request presents: as a bearer token, as the password of basic authentication, as GitLab's secret token, or
 * in the address as `key`, for sources that can send no header.
 */
export function presentedKey({ req }: WebContext): string | undefined {
  const [, scheme = '', value = ''] = /^(\S{1,20}) +(\S{1,1000})$/.exec(req.header('authorization') ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value;
    case 'basic':
      return basicPassword(value);
    default:
      return req.header('x-gitlab-token') ?? req.query('key');
  }
}
