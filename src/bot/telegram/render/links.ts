/** Telegram's own bound for an address. */
const LONGEST = 2048;

/**
 * The address as Telegram takes it in a link, or `undefined` where it would drop the link without a word:
 * other schemes than http, https and tg, and hosts without a dot, such as `localhost`.
 */
export function linkable(address: string): string | undefined {
  if (!/^(?:https?|tg):/i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'tg:' && !/\.|^\[/.test(url.hostname)) return undefined;
  const sent = /^[\x21-\x7e]+$/.test(address) ? address : url.href;
  return sent.length > LONGEST ? undefined : sent;
}
