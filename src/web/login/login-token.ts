/**
 * Tokens of one-time addresses: 256 random bits, valid once, for five minutes. Digests in memory; a restart ends them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { Problem } from '../../core/problem.ts';

const TTL_MS = 5 * 60_000;
/** Tokens of one user; another request ends the oldest. */
const MAX_PER_USER = 5;
const MAX = 1000;

/** The account that a token logs in. */
export interface TokenOwner {
  readonly user: string;
  readonly uid: number;
  /** Whether the kernel identified root. */
  readonly root: boolean;
}

export interface LoginTokens {
  /** @throws Problem `busy` if there are too many */
  issue(owner: TokenOwner): { readonly token: string; readonly expiresAt: number };
  /** The account of a valid token, without using the token up. */
  peek(token: string): TokenOwner | undefined;
  /** The account of a valid token; uses the token up. */
  redeem(token: string): TokenOwner | undefined;
  /** Ends all tokens of a user. */
  revoke(user: string): void;
}

const digestOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** @param now milliseconds since the epoch */
export function createLoginTokens(now: () => number = Date.now): LoginTokens {
  const issued = new Map<string, TokenOwner & { readonly expiresAt: number }>();
  const sweep = () => {
    for (const [digest, { expiresAt }] of issued) if (expiresAt <= now()) issued.delete(digest);
  };
  const peek = (token: string) => {
    sweep();
    return issued.get(digestOf(token));
  };
  return {
    issue(owner) {
      sweep();
      const own = [...issued].filter(([, other]) => other.user === owner.user);
      for (const [digest] of own.slice(0, Math.max(0, own.length - MAX_PER_USER + 1))) issued.delete(digest);
      if (issued.size >= MAX)
        throw new Problem('busy', 'Too many one-time addresses are open: try again in 5 minutes.');
      const token = randomBytes(32).toString('base64url');
      const expiresAt = now() + TTL_MS;
      issued.set(digestOf(token), { ...owner, expiresAt });
      return { token, expiresAt };
    },
    peek,
    revoke(user) {
      for (const [digest, owner] of issued) if (owner.user === user) issued.delete(digest);
    },
    redeem(token) {
      const owner = peek(token);
      issued.delete(digestOf(token));
      return owner;
    },
  };
}
