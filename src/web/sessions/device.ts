/** Names in a `User-Agent`; the first match counts, because each browser also claims to be the following ones. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

const nameIn = (text: string, names: ReadonlyArray<readonly [string, string]>) =>
  names.find(([sign]) => text.includes(sign))?.[1];

/** A short name of a browser from its `User-Agent`, so that users recognise it: `Firefox on Linux`. */
export function deviceOf(userAgent: string): string {
  const system = nameIn(userAgent, SYSTEMS);
  const browser = nameIn(userAgent, BROWSERS) ?? 'A browser';
  return system === undefined ? browser : `${browser} on ${system}`;
}
