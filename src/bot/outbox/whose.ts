/** A user's name, and the account's uid as it was known at the time. */
export interface Account {
  readonly user: string;
  readonly uid: number | undefined;
}

/** Whose messages are asked for: one account's, or everybody's. */
export type Whose = Account | 'all';

/**
 * Whether something is theirs. A name that is used again is another person: where both uids are known they must be the
 * same.
 */
export function isOf(whose: Whose, { user, uid }: Account): boolean {
  if (whose === 'all') return true;
  return whose.user === user && (uid === undefined || whose.uid === undefined || uid === whose.uid);
}
