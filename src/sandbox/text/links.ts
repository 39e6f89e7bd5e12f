/** Checks addresses of links like Telegram. */

const ADDRESS = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/?#\s]*@)?(\[[0-9a-f:.]+\]|[^:/?#]*)(?::(\d*))?([/?#].*)?$/i;

/** The normalised address, or the reason for a refusal. */
export type LinkCheck = { readonly url: string } | { readonly refused: string };

/**
 * Parses an address like Telegram: `http`, `https`, `tg` and `ton` only, a host that contains a dot.
 *
 * A missing scheme means `http`; the host is lower-cased, and a bare host gets a slash.
 */
export function checkLink(address: string): LinkCheck {
  const app = /^(tg|ton):(?:\/\/)?(.*)$/is.exec(address);
  if (app !== null) {
    const [, scheme = '', rest = ''] = app;
    if (!/^[\w-]+(?:[/?#]|$)/.test(rest)) return { refused: `Wrong ${scheme.toLowerCase()} URL` };
    return { url: `${scheme.toLowerCase()}://${rest}` };
  }
  const match = ADDRESS.exec(address);
  if (match === null) return { refused: 'Wrong HTTP URL' };
  const scheme = (match[1] ?? 'http').toLowerCase();
  const host = (match[2] ?? '').toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return { refused: 'Unsupported URL protocol' };
  if (host === '') return { refused: 'URL host is empty' };
  if (match[3] !== undefined && !(Number(match[3]) >= 1 && Number(match[3]) <= 65_535)) {
    return { refused: 'Wrong port number specified in the URL' };
  }
  const named = !host.startsWith('[');
  if (named && (!host.includes('.') || /[\s!"#$%&'()*+,\\|<>^`{}]/.test(host))) return { refused: 'Wrong HTTP URL' };
  const port = match[3] === undefined ? '' : `:${match[3]}`;
  const rest = match[4] ?? '/';
  return { url: `${scheme}://${host}${port}${rest.startsWith('/') ? rest : `/${rest}`}` };
}
