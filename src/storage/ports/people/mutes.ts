import type { Account } from '../../../core/account.ts';
import type { Problem } from '../../../core/problem.ts';

/** A user's mutes that last; times in milliseconds since 1970. */
export interface MuteList {
  readonly all?: number;
  readonly scripts: ReadonlyArray<{ readonly name: string; readonly until: number }>;
}

/**
 * Who wants no messages for a while. Mutes belong to the account that made them: one that gets its name later has none.
 * Those without a uid, written by another program or an earlier release, count for the name. Changes throw Problem
 * `mutes_unreadable` or `storage`.
 */
export interface Mutes {
  /**
   * Mutes everything, or one script, until a time (ms since 1970); a second mute replaces the first.
   * @throws Problem `too_many_mutes`; `bad_field` for a name that no script can have
   */
  mute(account: Account, until: number, script?: string): Promise<void>;
  /** Lifts the mute of one script, or, without one, every mute. @returns whether there was any */
  unmute(account: Account, script?: string): Promise<boolean>;
  /** Until when messages from `source` are held back. Without an answer a message is sent: a message too many, never one too few. */
  isMuted(account: Account, source: string | undefined): Promise<false | { readonly until: number }>;
  list(account: Account): Promise<MuteList>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}
