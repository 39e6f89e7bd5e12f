/** People's settings, and the messages that they hold back. */

import type { Account } from '../../core/account.ts';
import type { PersonSettings } from '../../core/people/settings.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { People } from '../../storage/ports.ts';
import type { PeopleServices, PersonStatus, SettingsChange } from '../api/services/people.ts';
import type { DeliveryModule } from '../delivery/delivery.ts';
import type { Gate } from './gate.ts';
import { endOfQuiet } from './hold-policy.ts';
import { changedSettings, preferencesOf } from './read-settings.ts';
import { createSummaries, type SummaryParts } from './summary/summaries.ts';

export type { PeopleServices, PersonStatus, SettingsChange };

/** Dependencies of the module. */
export interface PeopleParts
  extends Omit<SummaryParts, 'objection' | 'isTakenBack' | 'isMuted' | 'preferences' | 'queue'> {
  readonly people: Pick<People, 'find' | 'change'>;
  readonly gate: Gate;
  readonly delivery: Pick<DeliveryModule, 'queue' | 'checks' | 'onBeforeSend'>;
  /** The server's time zone, for people without a time zone of their own. */
  readonly serverZone: () => string;
}

/** @see createPeople */
export interface PeopleModule {
  readonly services: PeopleServices;
  readonly module: Module;
}

/** Creates the module. */
export function createPeople(parts: PeopleParts): PeopleModule {
  const { people, gate, delivery, serverZone, now } = parts;
  const { precheck: objection, isTakenBack, isMuted } = delivery.checks;
  const { queue } = delivery;
  const summaries = createSummaries({ ...parts, ...gate, queue, objection, isTakenBack, isMuted });
  delivery.onBeforeSend('people', ({ user, id }) => summaries.isTakenBack(user, id));

  async function statusOf(account: Account, settings: PersonSettings): Promise<PersonStatus> {
    const preferences = preferencesOf(settings, serverZone());
    const end = endOfQuiet(preferences, now());
    return {
      settings,
      zone: preferences.zone,
      ...(end > now() && { quietUntil: end }),
      ...(await summaries.standing(account)),
    };
  }

  return {
    module: summaries.module,
    services: {
      settings: async (account) => statusOf(account, await people.find(account)),
      async changeSettings(account, change) {
        const settings = await people.change(account, (before) => changedSettings(before, change, serverZone()));
        summaries.consider(account.user);
        return statusOf(account, settings);
      },
    },
  };
}
