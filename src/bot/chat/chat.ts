/** The chat with people: a consumer of updates that answers them, and the notices that linking and unlinking cause. */
import type { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import { createKeyedMutex } from '../../shared/process/keyed-mutex.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import { createListener, type EventBus } from '../events/event-bus.ts';
import type { TelegramClient } from '../telegram/client.ts';
import { describeError } from '../telegram/http.ts';
import type { SkipReason, UpdateConsumer } from '../telegram/updates/consumer.ts';
import { chatLabel, linkedPieces, readersOf } from './asking/linked.ts';
import { createStrangers, type StrangerLimits, type Strangers } from './asking/strangers.ts';
import { inThread, threadOf } from './chat-of.ts';
import type { CommandParts, CommandServices } from './command.ts';
import { publishMenu } from './menu.ts';
import { normalizeCommand } from './normalize-command.ts';
import { isLinked } from './owners.ts';
import { createChatRouter } from './router.ts';
import { createButtons } from './scripts/buttons.ts';
import { recoverRuns } from './scripts/recover-runs.ts';
import { createNotices } from './sending/notices.ts';

/** What the chat needs. */
export interface ChatOptions extends CommandServices {
  readonly connection: Pick<TelegramClient, 'api' | 'clientOptions'> & { readonly token: string };
  /** Waits until a message or an edit may go to a chat, and counts it. */
  readonly turn: (chatId: number) => Promise<void>;
  /** How much chats that are not linked are answered. */
  readonly strangerLimits: StrangerLimits;
  readonly bus: EventBus;
  readonly log: Log;
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => number;
  /** Telegram's own time, milliseconds since the epoch. */
  readonly telegramNow: () => number;
  /** Whether updates that arrive now may have waited at Telegram for minutes. */
  readonly isCatchingUp: () => boolean;
}

/** What the router is made of. */
export type RouterParts = CommandParts &
  Pick<ChatOptions, 'connection' | 'bus' | 'log' | 'telegramNow' | 'clock'> & {
    readonly strangers: Strangers;
  };

/** @see createChat */
export interface ChatModule {
  readonly consumer: UpdateConsumer;
  readonly module: Module;
}

const SKIPPED: Record<SkipReason, string> = {
  interrupted: 'I was interrupted while I worked on your message. Please send it again.',
  flood: 'That was too many messages at once, so I skipped some. Please resend the important ones.',
};

/** Whether the sender of a message waits for an answer: not in a group, where people talk to each other. */
function expectsAnswer({ message }: Update): boolean {
  return message?.chat.type === 'private' || message?.text?.startsWith('/') === true;
}

/** Creates the chat of one bot. */
export function createChat(options: ChatOptions): ChatModule {
  const { connection, turn, bus, log, host, scripts, clock } = options;
  const strangers = createStrangers(options.strangerLimits, clock, scripts.tasks.stopping);
  const parts: RouterParts = { ...options, buttons: createButtons(clock), inTurn: createKeyedMutex(), strangers };
  const notices = createNotices({ api: connection.api, turn, tasks: scripts.tasks, log });
  let router: Bot | undefined;

  function routerOf(): Bot {
    if (router === undefined) throw new Error('An update came before the bot was identified.');
    return router;
  }

  const consumer: UpdateConsumer = {
    name: 'chat',
    async identified(me) {
      const bot = createChatRouter(me, parts);
      router = bot;
      void publishMenu(bot.api, log);
      // Which runs an earlier process left has to be known before an update begins another one.
      const left = await scripts.runs.left().catch(() => []);
      if (left.length > 0) void scripts.tasks.start('recover runs', () => recoverRuns(parts, bot.api, left, me.id));
    },
    handle: (update) => routerOf().handleUpdate(normalizeCommand(update)),
    async skip(update, why) {
      const { message } = update;
      if (message === undefined || !expectsAnswer(update)) return;
      if (!(await isLinked(parts.links, message.chat.id)) && !(await strangers.admit(message.chat.id, 'command')))
        return;
      await routerOf()
        .api.sendMessage(message.chat.id, SKIPPED[why], inThread(threadOf(message)))
        .catch((error: unknown) => {
          log.warn({ chat_id: message.chat.id, err: describeError(error) }, 'A notice was not sent');
        });
    },
  };

  const module = createListener('chat', bus, {
    async 'link.redeemed'({ user, chat, previous }) {
      notices.send(
        chat,
        ...linkedPieces({ user, host, chat, previous, readers: await readersOf(connection.api, chat) }),
      );
    },
    'link.replaced'({ user, former, by, previous }) {
      notices.send(
        former,
        `${user} on ${host} is linked to ${by === undefined ? 'another chat' : chatLabel(by, previous)} now; nothing more comes here.`,
      );
    },
    async 'destination.refused'({ destination: { name, owner, type, title, chatId }, reason, isTopic }) {
      const link = await options.links.find(owner.user, owner.uid);
      if (link === undefined || link.chatId === chatId) return;
      const place = chatLabel({ id: chatId, type, name: title });
      const what = isTopic ? 'Your destination ' : 'Nothing can be sent to your destination ';
      notices.send(link.chat, what, { bold: name }, `, ${place}${isTopic ? ':' : '.'} ${reason}`);
    },
    'link.removed'({ user, chat }) {
      notices.send(chat, `${user} on ${host} was unlinked from this chat. /start links again.`);
    },
  });

  return { consumer, module };
}
