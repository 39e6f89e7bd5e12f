import type { Account } from '../../../core/account.ts';
import type { PersonSettingName, PersonSettings } from '../../../core/people/settings.ts';

/** A person's settings, and what they mean at the moment. */
export interface PersonStatus {
  readonly settings: PersonSettings;
  /** The time zone that counts: the person's, or the server's. */
  readonly zone: string;
  /** When the quiet hours under way end, ms since 1970. */
  readonly quietUntil?: number;
  /** How many messages are held back. */
  readonly held: number;
  /** When the summary tells of them, ms since 1970. */
  readonly summaryAt?: number;
}

/** New values in people's words; `off` or `null` switches a setting off, and one that is left out stays. */
export type SettingsChange = Readonly<Partial<Record<PersonSettingName, string | null>>>;

/** What people chose for the notifications that go to their own chat. */
export interface PeopleServices {
  settings(account: Account): Promise<PersonStatus>;
  /**
   * Changes some settings, all of them or none.
   * @throws Problem `bad_field` that names the setting, `too_many_settings`, `people_unreadable`, `storage`
   */
  changeSettings(account: Account, change: SettingsChange): Promise<PersonStatus>;
}
