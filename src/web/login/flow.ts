/**
 * Logins under way at the provider. The browser keeps them, sealed, in a cookie: so strangers who begin many take no memory
 * here, and none can displace another's. A restart ends them.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Time limit of a login at the provider, ms. */
export const FLOW_MS = 10 * 60_000;

/** A login under way. Its secrets follow from the sealed text and a key that only this process has. */
export interface Flow {
  /** The text for the cookie. */
  readonly sealed: string;
  readonly state: string;
  readonly nonce: string;
  /** 43 characters, as PKCE takes them (RFC 7636, 4.1). */
  readonly verifier: string;
  /** The page after the login. */
  readonly next: string;
}

export interface Flows {
  begin(next: string): Flow;
  /** The flow of a cookie; `undefined` for one that is too old or not from here. */
  open(sealed: string | undefined): Flow | undefined;
}

interface Content {
  readonly next: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** @param now milliseconds since 1970 */
export function createFlows(now: () => number): Flows {
  const key = randomBytes(32);
  const mac = (purpose: string, text: string) => createHmac('sha256', key).update(`${purpose}\0${text}`).digest();
  const derived = (purpose: string, text: string) => mac(purpose, text).toString('base64url');
  const flowOf = (text: string, { next }: Content): Flow => ({
    sealed: `${text}.${derived('seal', text)}`,
    state: derived('state', text),
    nonce: derived('nonce', text),
    verifier: derived('verifier', text),
    next,
  });

  return {
    begin(next) {
      const content = { next, until: now() + FLOW_MS, id: randomBytes(16).toString('base64url') };
      return flowOf(Buffer.from(JSON.stringify(content)).toString('base64url'), content);
    },
    open(sealed = '') {
      const [text = '', seal = ''] = sealed.split('.');
      const [given, right] = [Buffer.from(seal, 'base64url'), mac('seal', text)];
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      // Sealed here, so it is what `begin` wrote.
      const content: Content = JSON.parse(Buffer.from(text, 'base64url').toString());
      return content.until > now() ? flowOf(text, content) : undefined;
    },
  };
}
