import type { Account } from './account.ts';

/** Whose messages to list: one account's, or every account's. */
export type OwnerScope = Account | 'all';

/**
 * Whether something belongs to them. A name may be given to another person later, and what was accepted for a name without
 * an account is nobody's who gets it. Who asks for a name without an account, as only trusted users can, gets all under it.
 */
export function inScope(whose: OwnerScope, { user, uid }: Account): boolean {
  if (whose === 'all') return true;
  return whose.user === user && (whose.uid === undefined || whose.uid === uid);
}
