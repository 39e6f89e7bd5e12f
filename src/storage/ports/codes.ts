import type { KnownAccount } from '../../core/account.ts';
import type { Registration } from '../../core/destination.ts';
import type { Problem } from '../../core/problem.ts';
import type { Chat } from './links.ts';

/** What taking a one-time secret found. `giveBack` makes it good again, its age kept, when what it was taken for failed. */
export type Taken<T> =
  | { readonly outcome: 'ok'; readonly value: T; readonly giveBack: () => Promise<void> }
  | { readonly outcome: 'unknown' | 'expired' };

/**
 * The codes that `/start` gives out. Of all processes that get the same code one can take it, also across a crash.
 * Every function throws Problem `links_unreadable` or `storage`.
 */
export interface Codes {
  /**
   * Makes a code of six digits for a chat, good for ten minutes, and ends its earlier one.
   * @throws Problem `too_many_codes` while 10,000 are pending
   */
  issue(chat: Chat): Promise<{ readonly code: string; readonly expiresAt: string }>;
  /** Takes a code: the chat that asked for it, once. */
  redeem(code: string): Promise<Taken<Chat>>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}

/** Tokens of one-time links `t.me/<bot>?start=<token>`, with the same promises; only their digests are stored. */
export interface DeepLinks {
  /**
   * Makes a token for a user, good for ten minutes, and ends their earlier one.
   * @throws Problem `too_many_codes` while 10,000 are pending
   */
  issue(user: string, uid: number): Promise<{ readonly token: string; readonly expiresAt: string }>;
  /** Takes a token: the account it was made for, once. */
  redeem(token: string): Promise<Taken<KnownAccount>>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}

/**
 * The codes that register destinations, with the same promises; only their digests are stored. Every function throws
 * Problem `destinations_unreadable` or `storage`.
 */
export interface RegistrationCodes {
  /**
   * Makes a code, good for ten minutes, and ends the owner's earlier one for the same name.
   * @returns the code as people write it: `AB12-9KQ4`
   * @throws Problem `too_many_codes` while 20 of the owner's, or 10,000 of all, are pending
   */
  issue(registration: Registration): Promise<{ readonly code: string; readonly expiresAt: string }>;
  /** Takes a code, written in any case and with or without its hyphen: what it was made for, once. */
  redeem(code: string): Promise<Taken<Registration>>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}
