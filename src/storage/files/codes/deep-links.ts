/** One-time links `t.me/<bot>?start=<token>`: `link_tokens.json`, which holds digests only, so that reading it opens nothing. */

import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Account } from '../../../core/account.ts';
import type { Problem } from '../../../core/problem.ts';
import { isUid } from '../entries.ts';
import { createOneTimeTokens, type Taken } from './one-time.ts';

/** Every function throws Problem `links_unreadable` or `storage`, as its store does. */
export interface DeepLinks {
  /**
   * Makes a token for a user, good for ten minutes, and ends their earlier one.
   * @throws Problem `too_many_codes` while 10,000 are pending
   */
  issue(user: string, uid: number | undefined): Promise<{ readonly token: string; readonly expiresAt: string }>;
  /** Takes a token: the account it was made for, once. */
  redeem(token: string): Promise<Taken<Account>>;
  /** Looks at the file: why it cannot be read. */
  check(): Promise<Problem | undefined>;
}

export interface DeepLinksOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told once of every new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

/** 192 bits make 32 characters of `A-Za-z0-9_-`; Telegram takes 64. https://core.telegram.org/bots/features#deep-linking */
const TOKEN_BYTES = 24;

const digestOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Opens the tokens; touches nothing until first asked. */
export function createDeepLinks({ dataDir, now, onProblem }: DeepLinksOptions): DeepLinks {
  const pending = createOneTimeTokens<Account>({
    path: join(dataDir, 'link_tokens.json'),
    now,
    ...(onProblem === undefined ? {} : { onProblem }),
    read({ user, uid }) {
      if (typeof user !== 'string') return undefined;
      if (uid === undefined) return { user, uid };
      return isUid(uid) ? { user, uid } : undefined;
    },
    write: ({ user, uid }) => (uid === undefined ? { user } : { user, uid }),
    ownerOf: ({ user }) => user,
  });
  return {
    async issue(user, uid) {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const { expiresAt } = await pending.add({ user, uid }, () => digestOf(token));
      return { token, expiresAt };
    },
    redeem: (token) => pending.take(digestOf(token)),
    check: () => pending.check(),
  };
}
