import type { Account } from './account.ts';

/** Whose messages are asked for: one account's, or everybody's. */
export type OwnerScope = Account | 'all';

/**
 * Whether something is theirs. A name that is used again is another person: where both uids are known they must be the
 * same.
 */
export function inScope(whose: OwnerScope, { user, uid }: Account): boolean {
  if (whose === 'all') return true;
  return whose.user === user && (uid === undefined || whose.uid === undefined || uid === whose.uid);
}
