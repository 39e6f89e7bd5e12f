/** A proxy between this host and Telegram. */
export interface TelegramProxy {
  /** Its address, with its user and password. A secret. */
  readonly url: string;
  /** Its address without them, for people. */
  readonly shown: string;
  /** The setting that names it. */
  readonly from: string;
  /** Its password, to be redacted; empty when there is none. */
  readonly password: string;
}

/** Where the Bot API is, and by which way it is reached. */
export interface TelegramAddress {
  /** Such as `https://api.telegram.org`, without credentials and without a slash at the end. */
  readonly root: string;
  /** `user:password` for HTTP basic authentication, which a proxy before an own Bot API server may ask for. A secret. */
  readonly credentials?: string;
  readonly proxy?: TelegramProxy;
}

/** A shorter secret is not searched for in log lines, where it would also match other words. */
const SHORTEST_SECRET = 6;

/** The password of `user:password`; without one, the user is the secret. */
function wordsOf(credentials: string): readonly string[] {
  const colon = credentials.indexOf(':');
  const password = credentials.slice(colon + 1);
  return [password === '' ? credentials.slice(0, colon) : password];
}

/** An address without a user and password is no secret. */
function ofProxy({ url, password }: TelegramProxy): readonly string[] {
  const { username } = new URL(url);
  if (username === '' && password === '') return [];
  return [url, password === '' ? decodeURIComponent(username) : password];
}

/** What no log line and no message may contain. */
export function secretsOf({ credentials, proxy }: TelegramAddress): readonly string[] {
  return [
    ...(credentials === undefined ? [] : wordsOf(credentials)),
    ...(proxy === undefined ? [] : ofProxy(proxy)),
  ].filter((secret) => secret.length >= SHORTEST_SECRET);
}
