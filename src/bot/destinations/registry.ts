/** Registered groups, channels and topics: registering and ending them, and following what becomes of them in Telegram. */
import { type Destination, personOf, type RegisteredDestination } from '../../core/destination.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { ChatDescription, Destinations, Place, RegistrationCodes } from '../../storage/ports.ts';
import type { DestinationServices } from '../api/services.ts';
import { createListener, type EventBus } from '../events/event-bus.ts';
import type { BotIdentity } from '../events/event-table.ts';
import { createAttemptLimit } from '../links/attempt-limit.ts';
import { createRefusalStreaks } from '../links/refusal-streaks.ts';
import { createRegistration, type Registration } from './registration.ts';

/** Wrong codes of one sender. Of 2^40 codes 10,000 are good at most: a thousand senders would guess for 600 years. */
const TRIES = [
  { most: 5, windowMs: 60_000 },
  { most: 20, windowMs: 3_600_000 },
];

/** The owner hears of a destination's refusal once in this time, milliseconds. */
const TOLD_AGAIN_MS = 6 * 3_600_000;

/** What the module needs. */
export interface RegistryParts {
  readonly destinations: Destinations;
  readonly registrationCodes: RegistrationCodes;
  readonly bus: EventBus;
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => number;
  readonly log: Log;
}

/** What the chat uses. No function but `complete` and `at` throws: a failure is logged. */
export interface Registry extends Registration {
  /** The destinations at a place. @throws Problem `destinations_unreadable` */
  at(place: Place): Promise<readonly RegisteredDestination[]>;
  /** Telegram accepts nothing for a place any more, or for a whole chat; or, without a reason, it does again. */
  refused(place: Place | { readonly chat: number }, reason: string | undefined): Promise<void>;
  /** Keeps what a chat is called. */
  described(chatId: number, chat: ChatDescription): Promise<void>;
}

/** @see createRegistry */
export interface RegistryModule {
  readonly registry: Registry;
  /** What the API offers. */
  readonly services: DestinationServices;
  readonly module: Module;
}

/** Creates the module. */
export function createRegistry(parts: RegistryParts): RegistryModule {
  const { destinations, registrationCodes, bus, clock, log } = parts;
  const tries = createAttemptLimit({ bounds: TRIES, now: clock });
  const registration = createRegistration({ destinations, registrationCodes, tries });
  let bot: BotIdentity | undefined;
  /** When an owner last heard of a destination's refusal, by its name; as many as there are destinations. */
  const toldAt = new Map<string, number>();

  function isNews({ name, unreachable }: RegisteredDestination): boolean {
    const since = clock() - (toldAt.get(name) ?? Number.NEGATIVE_INFINITY);
    if (unreachable !== undefined || since < TOLD_AGAIN_MS) return false;
    toldAt.set(name, clock());
    return true;
  }

  /** Changes what is stored of a chat; a failure is logged, since what caused the change is done. */
  async function note(chatId: number, change: () => Promise<unknown>): Promise<void> {
    await change().catch((error: unknown) => log.warn({ chat_id: chatId }, sentenceOf(error)));
  }

  async function mark(place: Place, reason: string | undefined, isTopic = false): Promise<void> {
    const known = reason === undefined ? [] : await destinations.at(place);
    await destinations.markUnreachable(place, reason, isTopic);
    if (reason === undefined) return;
    for (const destination of known.filter(isNews)) {
      log.warn({ destination: destination.name, user: destination.owner.user, reason }, 'A destination is refused');
      void bus.publish('destination.refused', { destination, reason, isTopic });
    }
  }

  async function placesOf(chatId: number): Promise<readonly Place[]> {
    const found = (await destinations.all()).filter((one) => one.chatId === chatId);
    const threads = new Set(found.map(({ threadId }) => threadId));
    return [...threads].map((threadId) => (threadId === undefined ? { chatId } : { chatId, threadId }));
  }

  const registry: Registry = {
    async complete(code, place, sender) {
      const result = await registration.complete(code, place, sender);
      if (result.outcome === 'registered') {
        const { name, owner, chatId, threadId } = result.destination;
        log.info({ destination: name, user: owner.user, chat_id: chatId, thread_id: threadId, sender }, 'registered');
      }
      return result;
    },
    at: (place) => destinations.at(place),
    refused: (where, reason) =>
      note('chat' in where ? where.chat : where.chatId, async () => {
        for (const place of 'chat' in where ? await placesOf(where.chat) : [where]) await mark(place, reason);
      }),
    described: (chatId, chat) => note(chatId, () => destinations.describeChat(chatId, chat)),
  };

  /** The place of a destination that is registered; a person's own chat is none, though it may be the same group. */
  const registeredPlace = ({ name, chatId, threadId }: Destination): Place | undefined =>
    personOf(name) === undefined ? { chatId, ...(threadId !== undefined && { threadId }) } : undefined;

  const streaks = createRefusalStreaks();

  const module = createListener('destinations', bus, {
    async 'delivery.sent'({ delivery: { destination } }) {
      const place = registeredPlace(destination);
      if (place === undefined) return;
      streaks.arrived(place.chatId);
      await registry.refused(place, undefined);
    },
    async 'delivery.failed'({ delivery, reason, unreachable }) {
      const place = registeredPlace(delivery.destination);
      if (place === undefined) return;
      const refusesAll = delivery.isUnknown !== true && streaks.refused(delivery, reason);
      if (unreachable || refusesAll) await registry.refused(place, reason);
    },
    async 'topic.lost'({ destination, reason }) {
      const place = registeredPlace(destination);
      if (place !== undefined) await note(place.chatId, () => mark(place, reason, true));
    },
    async 'chat.moved'({ from, to }) {
      await destinations.moveChat(from, to);
    },
    'telegram.identified'(identity) {
      bot = identity;
    },
  });

  return {
    registry,
    module,
    services: {
      destinations: () => destinations.all(),
      async registrationCode(wanted) {
        if (bot === undefined) {
          const sentence = 'Telegram has not been reached yet, so the bot’s name is not known. Try again soon.';
          throw new Problem('telegram_unknown', sentence);
        }
        await destinations.requireFree(wanted.name, wanted.owner);
        const { code, expiresAt } = await registrationCodes.issue(wanted);
        return { code, expiresAt, url: `https://t.me/${bot.username}?startgroup=${code.replace('-', '')}` };
      },
      async removeDestination(name, by) {
        const removed = await destinations.remove(name);
        if (removed !== undefined) log.info({ destination: name, by: by.name }, 'removed');
        return removed !== undefined;
      },
      async changeSenders(name, change, by) {
        const changed = await destinations.setSenders(name, change);
        if (changed !== undefined) log.info({ destination: name, by: by.name, senders: changed.senders }, 'senders');
        return changed;
      },
    },
  };
}
