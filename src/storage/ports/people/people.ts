import type { Account } from '../../../core/account.ts';
import type { PersonSettings } from '../../../core/people/settings.ts';
import type { Problem } from '../../../core/problem.ts';

/**
 * The settings that people chose. They belong to the account that made them: one that gets its name later has none.
 * Values are kept as they are given; the caller checks them.
 */
export interface People {
  /**
   * The settings of an account. Never rejects: while they can't be read they count as not set, so that messages arrive
   * at once rather than not at all.
   */
  find(account: Account): Promise<PersonSettings>;
  /**
   * Replaces the settings of an account; empty ones remove its entry.
   * @param change gets the present settings
   * @returns the new ones @throws Problem `too_many_settings`, `people_unreadable`, `storage`
   */
  change(account: Account, change: (settings: PersonSettings) => PersonSettings): Promise<PersonSettings>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}
