import type { Account } from './account.ts';

/** Whose messages to list: one account's, or every account's. */
export type OwnerScope = Account | 'all';

/**
 * Whether something belongs to them. A name may be given to another person later: where both uids are known they must
 * be equal.
 */
export function inScope(whose: OwnerScope, { user, uid }: Account): boolean {
  if (whose === 'all') return true;
  return whose.user === user && (uid === undefined || whose.uid === undefined || uid === whose.uid);
}
