/** One-time addresses: 256 random bits, five minutes, once. Kept in memory as digests: a restart ends them. */
import { createHash, randomBytes } from 'node:crypto';
import { Problem } from '../../core/problem.ts';

const TTL_MS = 5 * 60_000;
/** Of one person; asking again ends the oldest. */
const MAX_PER_USER = 5;
const MAX = 1000;

/** For whom an address was made. */
export interface Guest {
  readonly user: string;
  readonly uid: number;
  /** Whether the kernel said root. */
  readonly root: boolean;
}

export interface LoginTokens {
  /** @throws Problem `busy` when there are too many */
  issue(guest: Guest): { readonly token: string; readonly expiresAt: number };
  /** For whom it is, while it is good. */
  look(token: string): Guest | undefined;
  /** The same, and it is used up. */
  redeem(token: string): Guest | undefined;
  /** Ends those of one person. */
  revoke(user: string): void;
}

const digestOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** @param now milliseconds since the epoch */
export function createLoginTokens(now: () => number = Date.now): LoginTokens {
  const issued = new Map<string, Guest & { readonly expiresAt: number }>();
  const sweep = () => {
    for (const [digest, { expiresAt }] of issued) if (expiresAt <= now()) issued.delete(digest);
  };
  const look = (token: string) => {
    sweep();
    return issued.get(digestOf(token));
  };
  return {
    issue(guest) {
      sweep();
      const own = [...issued].filter(([, other]) => other.user === guest.user);
      for (const [digest] of own.slice(0, Math.max(0, own.length - MAX_PER_USER + 1))) issued.delete(digest);
      if (issued.size >= MAX)
        throw new Problem('busy', 'Too many one-time addresses are open: try again in 5 minutes.');
      const token = randomBytes(32).toString('base64url');
      const expiresAt = now() + TTL_MS;
      issued.set(digestOf(token), { ...guest, expiresAt });
      return { token, expiresAt };
    },
    look,
    revoke(user) {
      for (const [digest, guest] of issued) if (guest.user === user) issued.delete(digest);
    },
    redeem(token) {
      const guest = look(token);
      issued.delete(digestOf(token));
      return guest;
    },
  };
}
