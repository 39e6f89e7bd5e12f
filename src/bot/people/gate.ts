/**
 * Decides for each notification whether its person's quiet hours or digest hold it back. A person's settings that can't be
 * read hold nothing.
 */
import type { Account } from '../../core/account.ts';
import { personOf } from '../../core/destination.ts';
import type { PersonSettings } from '../../core/people/settings.ts';
import type { People } from '../../storage/ports.ts';
import { type Holdable, isHeldBack } from './hold-policy.ts';
import { type Preferences, preferencesOf } from './read-settings.ts';

/** What the gate reads. */
export interface GateParts {
  readonly people: Pick<People, 'find'>;
  /** The server's time zone, for who has chosen none. */
  readonly serverZone: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @see createGate */
export interface Gate {
  /**
   * Whether a notification is held back now.
   * @param to the name of its destination; a registered one holds nothing
   * @param sender whose it is: of others than the destination's person no uid is known
   */
  isHeld(to: string, sender: Account, what: Holdable): Promise<boolean>;
  /** What a person's settings mean. */
  preferences(person: Account): Promise<Preferences>;
}

/** Settings whose meaning is kept: those of a thousand people who all chose differently. */
const MOST_KNOWN = 1000;

/** Creates the gate. */
export function createGate({ people, serverZone, now }: GateParts): Gate {
  /** What settings mean, by what they are: reading them takes the better part of a millisecond. */
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
