/** Checks addresses of links like Telegram: `check_link` and `parse_url` in tdlib. */
import { isIPv6 } from 'node:net';

/** The normalised address, or the reason for a refusal. */
export type LinkCheck = { readonly url: string } | { readonly refused: string };

/** The parts of an address, or the reason for a refusal. */
type Parts =
  | {
      readonly protocol: string;
      readonly user: string;
      readonly host: string;
      readonly port: number;
      readonly rest: string;
    }
  | { readonly refused: string };

/** What stands between the scheme and the path: the part before the last `@`, the host, the port. */
function splitAuthority(authority: string): { user: string; host: string; port: number } {
  // A colon at the very start separates nothing.
  const colon = /^(.+):([^:\]@]*)$/s.exec(authority);
  const [userAndHost, port] =
    colon === null ? [authority, 0] : [colon[1] ?? '', /^0*[1-9]\d*$/.test(colon[2] ?? '') ? Number(colon[2]) : -1];
  const at = userAndHost.lastIndexOf('@');
  return { user: userAndHost.slice(0, Math.max(0, at)), host: userAndHost.slice(at + 1), port };
}

function fault(part: string, name: string): string | undefined {
  const odd = /%(?![0-9a-f]{2})|[^\w.!$,~*'();&+=%\u0080-\u{10ffff}-]/iu.exec(part)?.[0];
  if (odd === undefined) return undefined;
  return odd === '%' ? `Wrong percent-encoded symbol in URL ${name}` : `Disallowed character in URL ${name}`;
}

function parse(address: string): Parts {
  const scheme = /^([^:/?#@[\]]*):\/\//.exec(address);
  const protocol = (scheme?.[1] ?? 'http').toLowerCase();
  if (protocol !== 'http' && protocol !== 'https') return { refused: 'Unsupported URL protocol' };
  const [, authority = '', rest = ''] = /^([^/?#]*)(.*)$/s.exec(address.slice(scheme?.[0].length ?? 0)) ?? [];
  const { user, host: typed, port } = splitAuthority(authority);
  const host = typed.toLowerCase();
  if (port < 0 || port > 65_535) return { refused: 'Wrong port number specified in the URL' };
  const bracketed = host.startsWith('[') && host.endsWith(']');
  if (bracketed && !isIPv6(host.slice(1, -1))) return { refused: 'Wrong IPv6 address specified in the URL' };
  if (host === '') return { refused: 'URL host is empty' };
  if (host === '.') return { refused: 'Host is invalid' };
  const wrong = bracketed ? undefined : (fault(host, 'host') ?? fault(user.replaceAll(':', ''), 'userinfo'));
  if (wrong !== undefined) return { refused: wrong };
  const path = rest.trimEnd().replace(/[\x00-\x20]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return { protocol, user, host, port, rest: path.startsWith('/') ? path : `/${path}` };
}

/**
 * Parses an address like Telegram: `http`, `https`, `tg` and `ton` only, a host that contains a dot.
 *
 * A missing scheme means `http`; the host is lower-cased, and a bare host gets a slash.
 */
export function checkLink(address: string): LinkCheck {
  const app = /^(tg|ton):(?:\/\/)?(.*)$/is.exec(address);
  const parts = parse(app?.[2] ?? address);
  if ('refused' in parts) return parts;
  const { protocol, user, host, port, rest } = parts;
  if (app !== null) {
    const scheme = (app[1] ?? '').toLowerCase();
    const isWeb = /^http:\/\//i.test(app[2] ?? '') || protocol === 'https';
    if (isWeb || user !== '' || port !== 0 || host.startsWith('[')) return { refused: `Wrong ${scheme} URL` };
    if (/[^a-z0-9_-]/.test(host)) return { refused: 'Unallowed characters in URL host' };
    return { url: `${scheme}://${host}${rest.replace(/^\/\?/, '?')}` };
  }
  if (!host.includes('.') && !host.startsWith('[')) return { refused: 'Wrong HTTP URL' };
  return { url: `${protocol}://${user === '' ? '' : `${user}@`}${host}${port === 0 ? '' : `:${port}`}${rest}` };
}
