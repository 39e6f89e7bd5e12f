/** The names of a person's settings, as every surface writes them. */
export const PERSON_SETTINGS = ['timezone', 'quiet', 'digest'] as const;
export type PersonSettingName = (typeof PERSON_SETTINGS)[number];

/**
 * What a person chose for the notifications that go to their own chat, in the words they are stored and shown in. A
 * setting that is absent is off; without a time zone the server's counts.
 */
export interface PersonSettings {
  /** A name of the IANA time zone database, such as `Europe/Berlin`. */
  readonly timezone?: string;
  /** Weekly windows in which only critical notifications arrive, such as `22:00-07:00 mon-fri`. */
  readonly quiet?: string;
  /** How long `info` and `low` notifications are gathered, such as `15m`. */
  readonly digest?: string;
}
