/**
 * Decides for each notification whether its person's quiet hours or digest hold it back. Unreadable
 * settings hold nothing back.
 */
import type { Account } from '../../core/account.ts';
import { personOf } from '../../core/destination.ts';
import type { PersonSettings } from '../../core/people/settings.ts';
import type { People } from '../../storage/ports.ts';
import { type Holdable, isHeldBack } from './hold-policy.ts';
import { type Preferences, preferencesOf } from './read-settings.ts';

/** Dependencies of the gate. */
export interface GateParts {
  readonly people: Pick<People, 'find'>;
  /** The server's time zone, for people without a time zone of their own. */
  readonly serverZone: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @see createGate */
export interface Gate {
  /**
   * Whether a notification is held back now.
   * @param to the name of its destination; a registered one holds nothing back
   * @param sender its owner; the uid is known only of the destination's person
   */
  isHeld(to: string, sender: Account, what: Holdable): Promise<boolean>;
  /** A person's parsed settings. */
  preferences(person: Account): Promise<Preferences>;
}

/** Cached parsed settings: those of a thousand people with different choices. */
const MOST_KNOWN = 1000;

/** Creates the gate. */
export function createGate({ people, serverZone, now }: GateParts): Gate {
  /** Parsed settings by their text: parsing takes almost a millisecond. */
  const known = new Map<string, Preferences>();

  function meaningOf(settings: PersonSettings): Preferences {
    const key = JSON.stringify([settings.timezone, settings.quiet, settings.digest]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = preferencesOf(settings, serverZone());
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, made);
    return made;
  }

  return {
    preferences: async (person) => meaningOf(await people.find(person)),
    async isHeld(to, sender, what) {
      const user = personOf(to);
      if (user === undefined || what.severity === 'critical' || what.passes?.quiet === true) return false;
      const uid = user === sender.user ? sender.uid : undefined;
      const settings = await people.find({ user, uid });
      // Most people have neither.
      if (settings.quiet === undefined && settings.digest === undefined) return false;
      return isHeldBack(meaningOf(settings), what, now());
    },
  };
}
