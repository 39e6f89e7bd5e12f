import type { Account } from '../../core/account.ts';
import { personOf } from '../../core/destination.ts';
import type { Mutes } from '../../storage/ports.ts';

/** What a mute asks of a notification. */
export interface Mutable {
  readonly account: Account;
  readonly severity?: string;
  readonly source?: string;
  /** The destination's name. */
  readonly to: string;
}

/**
 * Whether a person has muted what goes to their own link, now. A critical notification passes every mute, a registered
 * destination has none, and a mute of a script means the person's own.
 *
 * @param uid the person's, where they are not the sender
 */
export async function isMuted(
  mutes: Pick<Mutes, 'isMuted'>,
  { account, severity, source, to }: Mutable,
  uid?: number,
): Promise<boolean> {
  const user = personOf(to);
  if (severity === 'critical' || user === undefined) return false;
  if (user === account.user) return (await mutes.isMuted(account, source)) !== false;
  return (await mutes.isMuted({ user, uid }, undefined)) !== false;
}
