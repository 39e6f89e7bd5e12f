/** One-time links `t.me/<bot>?start=<token>`: `link_tokens.json`, which holds digests only, so that reading it opens nothing. */

import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { KnownAccount } from '../../../core/account.ts';
import type { Problem } from '../../../core/problem.ts';
import type { DeepLinks } from '../../ports.ts';
import { isUid } from '../entries.ts';
import { createOneTimeTokens } from './one-time.ts';

export interface DeepLinksOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

/** 192 bits make 32 characters of `A-Za-z0-9_-`; Telegram takes 64. https://core.telegram.org/bots/features#deep-linking */
const TOKEN_BYTES = 24;

const digestOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Opens the tokens; touches nothing until first asked. */
export function createDeepLinks({ dataDir, now, onProblem }: DeepLinksOptions): DeepLinks {
  const pending = createOneTimeTokens<KnownAccount>({
    path: join(dataDir, 'link_tokens.json'),
    now,
    ...(onProblem === undefined ? {} : { onProblem }),
    // Versions before 0.2 made tokens without a uid for names without an account; these are good for nobody.
    read: ({ user, uid }) => (typeof user === 'string' && isUid(uid) ? { user, uid } : undefined),
    write: ({ user, uid }) => ({ user, uid }),
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
