/** Telegram's own bound for an address. */
const LONGEST = 2048;

/** A character of a user part or a host; Telegram takes letters of any script. */
const PLAIN = String.raw`[A-Za-z0-9._!$,~*'();&+=-]|%[0-9A-Fa-f]{2}|[^\x00-\x7f]`;
const WEB = new RegExp(
  String.raw`^https?://(?:(?:${PLAIN}|:)+@)?(?<host>\[[0-9A-Fa-f:.]+\]|(?:${PLAIN})+)(?::(?<port>\d+))?(?:[/?#].*)?$`,
  'i',
);
/** `tg:resolve?domain=x`, with or without `//`. */
const APP = /^tg:(?:\/\/)?[A-Za-z0-9_-]+(?:[/?#].*)?$/i;

/**
 * Whether Telegram takes an address as it stands: it has a grammar of its own, stricter than browsers have it in some places
 * (a port from 1, a name with a dot, no odd characters in the user part) and laxer in others. `check_link` in tdlib
 */
function isTaken(address: string): boolean {
  if (APP.test(address)) return true;
  const { host = '', port = '80' } = WEB.exec(address)?.groups ?? {};
  return (
    (host.startsWith('[') || /[^.]/.test(host)) && /\.|^\[/.test(host) && Number(port) >= 1 && Number(port) <= 65_535
  );
}

/**
 * The address as Telegram takes it in a link, or `undefined` where it would drop the link, or refuse the whole message: other
 * schemes than http, https and tg, hosts without a dot, such as `localhost`, and whatever a browser or Telegram can't read.
 */
export function linkable(address: string): string | undefined {
  if (!/^(?:https?|tg):/i.test(address) || !URL.canParse(address)) return undefined;
  const { href } = new URL(address);
  const sent = /^[\x21-\x7e]+$/.test(address) && isTaken(address) ? address : href;
  return isTaken(sent) && sent.length <= LONGEST ? sent : undefined;
}
