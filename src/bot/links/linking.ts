/** Links between accounts and chats: making and ending them, and noting which chats accept no messages. */
import type { Caller } from '../../core/account.ts';
import { personOf } from '../../core/destination.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { ChatName } from '../../core/views/account-status.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Chat, Codes, DeepLinks, Links, Mutes } from '../../storage/ports.ts';
import type { LinkServices } from '../api/services.ts';
import { createListener, type EventBus } from '../events/event-bus.ts';
import type { BotIdentity } from '../events/event-table.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import { createLinkService, type LinkService } from './link-service.ts';
import { createRefusalStreaks } from './refusal-streaks.ts';

/** Wrong codes of one caller, so few that a dozen accounts together would guess for weeks. */
const TRIES = [
  { most: 5, windowMs: 60_000 },
  { most: 20, windowMs: 3_600_000 },
];
/** Wrong tokens of one chat. They can't be guessed: after these a wrong one is answered otherwise, a right one never. */
const TOKEN_TRIES = [{ most: 5, windowMs: 60_000 }];

/** What the module needs. */
export interface LinkingParts {
  readonly links: Links;
  readonly codes: Codes;
  readonly deepLinks: DeepLinks;
  readonly mutes: Pick<Mutes, 'list'>;
  /** How many deliveries of a user wait. */
  readonly queued: (user: string) => number;
  readonly bus: EventBus;
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => number;
  readonly log: Log;
}

/** @see createLinking */
export interface Linking {
  readonly linking: LinkService;
  /** What the API offers. */
  readonly services: LinkServices;
  readonly module: Module;
}

/** Wrong codes are counted by caller; those that come through a trusted program, such as the dashboard, by user. */
const triesKey = (user: string, caller: Caller) => (caller.trusted ? `for ${user}` : String(caller.uid));

const nameOf = ({ type, name, threadId }: Chat): ChatName => ({
  type,
  name,
  ...(threadId !== undefined && { threadId }),
});

/** Creates the module. */
export function createLinking(parts: LinkingParts): Linking {
  const { links, codes, deepLinks, mutes, queued, bus, clock, log } = parts;
  const linking = createLinkService({
    links,
    codes,
    deepLinks,
    bus,
    tries: createAttemptLimit({ bounds: TRIES, now: clock }),
    tokenTries: createAttemptLimit({ bounds: TOKEN_TRIES, now: clock }),
  });
  let bot: BotIdentity | undefined;

  /** Changes what the file says of a chat; a failure is logged, since the delivery itself is settled. */
  async function note(user: string, change: Promise<void>): Promise<void> {
    await change.catch((error: unknown) => log.warn({ user }, sentenceOf(error)));
  }

  const streaks = createRefusalStreaks();

  const module = createListener('links', bus, {
    async 'delivery.sent'({ delivery: { destination } }) {
      const person = personOf(destination.name);
      streaks.arrived(destination.chatId);
      if (person !== undefined) await note(person, links.clearUnreachable(person, destination.chatId));
    },
    async 'delivery.failed'({ delivery, reason, unreachable }) {
      const { destination } = delivery;
      const person = personOf(destination.name);
      if (person === undefined) return;
      const refusesAll = delivery.isUnknown !== true && streaks.refused(delivery, reason);
      if (unreachable || refusesAll) await note(person, links.markUnreachable(person, destination.chatId, reason));
    },
    async 'topic.lost'({ destination: { name, chatId, threadId }, reason }) {
      const user = personOf(name);
      if (user === undefined || threadId === undefined) return;
      log.warn({ user, reason }, 'The topic of a link takes no message');
      await note(user, links.forgetTopic(user, chatId, threadId));
    },
    async 'chat.moved'({ from, to }) {
      log.info({ from, to }, 'A group has a new id');
      await links.moveChat(from, to);
    },
    'telegram.identified'(identity) {
      bot = identity;
    },
  });

  return {
    linking,
    module,
    services: {
      async redeemCode({ user, uid }, code, caller) {
        const result = await linking.redeemCode(user, uid, code, triesKey(user, caller));
        if (result.outcome !== 'linked') return result;
        log.info({ user, by: caller.name }, 'linked');
        const { linkedAt, chat, previous } = result;
        return { outcome: 'linked', linkedAt, chat: nameOf(chat), ...(previous && { previous: nameOf(previous) }) };
      },
      async deepLink({ user, uid }) {
        if (bot === undefined) {
          throw new Problem(
            'telegram_unknown',
            'Telegram has not been reached yet, so the bot’s name is not known. Try again soon.',
          );
        }
        const { token, expiresAt } = await deepLinks.issue(user, uid);
        return { url: `https://t.me/${bot.username}?start=${token}`, expiresAt };
      },
      async unlink(user) {
        const ended = await links.unlink(user);
        if (ended === undefined) return false;
        log.info({ user }, 'unlinked');
        void bus.publish('link.removed', { user, chat: ended.chat });
        return true;
      },
      async accountStatus({ user, uid }) {
        const link = await links.find(user, uid);
        // An unreadable file counts as not muted, as it does for messages.
        const { all } = await mutes.list({ user, uid }).catch(() => ({ all: undefined }));
        const common = {
          queued: queued(user),
          ...(bot === undefined ? {} : { bot: { username: bot.username, name: bot.name } }),
          ...(all === undefined ? {} : { mutedUntil: new Date(all).toISOString() }),
        };
        if (link === undefined) return { linked: false, ...common };
        return {
          linked: true,
          ...common,
          ...(link.linkedAt === undefined ? {} : { linkedAt: link.linkedAt }),
          chat: nameOf(link.chat),
          ...(link.unreachable === undefined ? {} : { unreachable: link.unreachable.reason }),
        };
      },
    },
  };
}
