/** People's settings, for the API and the chat. */
import type { PersonSettings } from '../../core/people/settings.ts';
import { isOpen, nextChange } from '../../shared/time/open-windows.ts';
import type { People } from '../../storage/ports.ts';
import type { PeopleServices, PersonStatus, SettingsChange } from '../api/services/people.ts';
import { changedSettings, preferencesOf } from './read-settings.ts';

export type { PeopleServices, PersonStatus, SettingsChange };

/** What the services need. */
export interface PeopleServiceParts {
  readonly people: Pick<People, 'find' | 'change'>;
  /** The server's time zone, for who has chosen none. */
  readonly serverZone: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Creates the services. */
export function createPeopleServices({ people, serverZone, now }: PeopleServiceParts): PeopleServices {
  function statusOf(settings: PersonSettings): PersonStatus {
    const { zone, quiet } = preferencesOf(settings, serverZone);
    const until = isOpen(quiet, now()) ? nextChange(quiet, now()) : undefined;
    return { settings, zone, ...(until !== undefined && { quietUntil: until }), held: 0 };
  }

  return {
    settings: async (account) => statusOf(await people.find(account)),
    changeSettings: async (account, change) =>
      statusOf(await people.change(account, (settings) => changedSettings(settings, change, serverZone))),
  };
}
