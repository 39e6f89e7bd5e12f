/** Registers a place under the name that a code was made for. */
import { isTopicName, type RegisteredDestination, samePlace } from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import type { ChatDescription, Destinations, Place, RegistrationCodes } from '../../storage/ports.ts';
import type { AttemptLimit } from '../links/attempt-limit.ts';

/** The place that a code was sent to. */
export interface FoundPlace extends Place, ChatDescription {}

/** The result of a code. After the last three the code is still good. */
export type RegistrationResult =
  | {
      readonly outcome: 'registered';
      readonly destination: RegisteredDestination;
      /** The place that had the name before, where it is another. */
      readonly previous?: RegisteredDestination;
    }
  | { readonly outcome: 'unknown' | 'expired' | 'too-many-tries' }
  | { readonly outcome: 'needs-topic' | 'taken' | 'too-many'; readonly name: string };

/** @see createRegistration */
export interface Registration {
  /**
   * Registers a place by a code.
   *
   * @param sender wrong tries are counted by this key: the person, or the channel, that sent the code
   * @throws Problem `destinations_unreadable`, `storage`; the code can then be used again
   */
  complete(code: string, place: FoundPlace, sender: string): Promise<RegistrationResult>;
}

/** What registering needs. */
export interface RegistrationParts {
  readonly destinations: Pick<Destinations, 'register'>;
  readonly registrationCodes: Pick<RegistrationCodes, 'redeem'>;
  /** Wrong codes, by sender. */
  readonly tries: AttemptLimit;
}

const isWrong = ({ outcome }: RegistrationResult) => outcome === 'unknown' || outcome === 'expired';
const REFUSED = { destination_taken: 'taken', too_many_destinations: 'too-many' } as const;
const refusalOf = (error: unknown) =>
  error instanceof Problem && error.code in REFUSED ? REFUSED[error.code as keyof typeof REFUSED] : undefined;

/** Creates the service. */
export function createRegistration({ destinations, registrationCodes, tries }: RegistrationParts): Registration {
  async function register(code: string, place: FoundPlace): Promise<RegistrationResult> {
    const taken = await registrationCodes.redeem(code);
    if (taken.outcome !== 'ok') return taken;
    const { name } = taken.value;
    if (isTopicName(name) && place.threadId === undefined) {
      await taken.giveBack();
      return { outcome: 'needs-topic', name };
    }
    try {
      const { now, before } = await destinations.register({ ...taken.value, ...place });
      const isMoved = before !== undefined && !samePlace(before, now);
      return { outcome: 'registered', destination: now, ...(isMoved && { previous: before }) };
    } catch (error) {
      // If this fails as well, for instance on a full disk, the owner asks for another code.
      await taken.giveBack().catch(() => {});
      const outcome = refusalOf(error);
      if (outcome === undefined) throw error;
      return { outcome, name };
    }
  }

  return {
    async complete(code, place, sender) {
      // Before the code is looked for: it has few enough letters to be guessed at, if nothing slowed that down.
      const takeBack = tries.reserve(sender);
      if (takeBack === undefined) return { outcome: 'too-many-tries' };
      let wrong = false;
      try {
        const result = await register(code, place);
        wrong = isWrong(result);
        return result;
      } finally {
        if (!wrong) takeBack();
      }
    },
  };
}
