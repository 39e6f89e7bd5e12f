/** The settings of how Telegram is reached. Each is described in `docs/settings.md`. */
import { BlockList, isIP } from 'node:net';
import { Problem } from '../core/problem.ts';
import { type Environment, settingOf, yesOrNoSetting } from '../shared/process/settings.ts';
import type { TelegramAddress } from './telegram/address.ts';

const DEFAULT_ROOT = 'https://api.telegram.org';
const PROXY_PROTOCOLS = ['http:', 'https:', 'socks5:'];
/** The usual variables, by the API root's protocol, in the order in which curl(1) reads them. */
const PROXY_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
};

/** Hosts that are this computer, so that nobody on a network reads along; every name below `localhost` is (RFC 6761, 6.3). */
const LOOPBACK = /^(?:(?:[^.]+\.)*localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The bot in a path, perhaps with its token. */
const BOT = /\/bot(?:\d+(?::|%3A)|[<{]|%3C|%7B|\d*\/?$)/i;

/** Hides the token, the user and the password of an address that is quoted in a message: everything before its last `@`. */
function masked(address: string): string {
  const shown = address.replace(/^([a-z][\w+.-]*:\/\/)?.*@/i, '$1…@');
  const bot = shown.search(BOT);
  return bot === -1 ? shown : `${shown.slice(0, bot)}/bot…`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `user:password` of an address; `undefined` when it has neither. */
function credentialsOf({ username, password }: URL): string | undefined {
  return username === '' && password === '' ? undefined : `${decoded(username)}:${decoded(password)}`;
}

function readRoot(environment: Environment): URL {
  const text = settingOf(environment, 'TELEGRAM_API_ROOT') ?? DEFAULT_ROOT;
  const bad = (what: string) => new Problem('bad_setting', `TELEGRAM_API_ROOT: ${masked(text)} ${what}.`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw bad('is not an http or https address');
  // A `/` in a password would end the host's name there.
  if (url.pathname.includes('@')) throw bad('has an "@" behind the host: write "/" in a password as %2F');
  if (url.search !== '' || url.hash !== '') throw bad('must have neither a query nor a fragment');
  if (BOT.test(url.pathname)) throw bad('must not contain the bot or its token, only what stands before them');
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname) && !yesOrNoSetting(environment, 'TELEGRAM_ALLOW_HTTP')) {
    throw bad(
      'would send the token and all messages unencrypted: use https, or set TELEGRAM_ALLOW_HTTP=yes where the network between is yours',
    );
  }
  return url;
}

/** Whether a network such as `10.0.0.0/8` or `fd00::/8`, or a single IP address, covers one. */
function coversIp(entry: string, address: string): boolean {
  const [network = '', bits] = entry.replace(/^\[|\]$/g, '').split('/');
  const family = isIP(network);
  if (family === 0 || isIP(address) !== family || !/^\d{0,3}$/.test(bits ?? '')) return false;
  const longest = family === 6 ? 128 : 32;
  const length = bits === undefined || bits === '' ? longest : Number(bits);
  if (length > longest) return false;
  const list = new BlockList();
  const type = family === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(network, length, type);
  return list.check(address, type);
}

/** `host`, `host:443`, `[fd00::1]:443`, `fd00::1`, `10.0.0.0/8` */
function readEntry(entry: string): { readonly name: string; readonly port?: string } {
  const [, name = entry, port] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry) ?? [];
  return port === undefined ? { name } : { name, port };
}

/** Whether an entry of `no_proxy` covers a host: the host itself, its subdomains, its network, or `*`; a port limits it. */
function covers(entry: string, { hostname, port, protocol }: URL): boolean {
  const { name, port: only } = readEntry(entry);
  if (only !== undefined && only !== (port || (protocol === 'https:' ? '443' : '80'))) return false;
  if (coversIp(name, hostname.replace(/^\[|\]$/g, ''))) return true;
  const domain = name.replace(/^\*?\./, '').toLowerCase();
  return name === '*' || (domain !== '' && (hostname === domain || hostname.endsWith(`.${domain}`)));
}

function isExcepted(environment: Environment, root: URL): boolean {
  const list = settingOf(environment, 'no_proxy') ?? settingOf(environment, 'NO_PROXY') ?? '';
  return list.split(/[\s,]+/).some((entry) => entry !== '' && covers(entry, root));
}

function proxyFrom(environment: Environment, root: URL): TelegramAddress['proxy'] {
  const own = settingOf(environment, 'TELEGRAM_PROXY');
  if (own === 'none' || (own === undefined && isExcepted(environment, root))) return undefined;
  const usual = PROXY_VARIABLES[root.protocol]?.find((name) => settingOf(environment, name) !== undefined);
  const from = own === undefined ? usual : 'TELEGRAM_PROXY';
  if (from === undefined) return undefined;
  const text = settingOf(environment, from) ?? '';
  // curl(1) and others take an address without a protocol for an HTTP proxy, and `socks5h` for names that the proxy resolves.
  const full = (text.includes('://') ? text : `http://${text}`).replace(/^socks(5h)?:/i, 'socks5:');
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || url.hostname === '' || !PROXY_PROTOCOLS.includes(url.protocol)) {
    const allowed = 'an address such as http://proxy.example:3128 or socks5://127.0.0.1:1080, or "none"';
    throw new Problem('bad_setting', `${from}: expected ${allowed}, found ${masked(text)}.`);
  }
  if (/@/.test(url.pathname + url.search + url.hash)) {
    throw new Problem('bad_setting', `${from}: write "/", "?" and "#" in a password as %2F, %3F and %23.`);
  }
  // A `%` that begins no escape is meant as itself.
  const password = decoded(url.password);
  url.username = encodeURIComponent(decoded(url.username));
  url.password = encodeURIComponent(password);
  return { url: url.href, shown: `${url.protocol}//${url.host}`, from, password };
}

/** Reads where the Bot API is and by which way. @throws Problem `bad_setting` that names the setting, never a password */
export function readTelegramAddress(environment: Environment): TelegramAddress {
  const root = readRoot(environment);
  const credentials = credentialsOf(root);
  const proxy = proxyFrom(environment, root);
  return {
    root: `${root.origin}${root.pathname}`.replace(/(?<!\/)\/+$/, ''),
    ...(credentials === undefined ? {} : { credentials }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}
