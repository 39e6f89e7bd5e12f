/** Routes messages and button presses to what answers them. */
import { Bot, type Context } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import { Problem } from '../../core/problem.ts';
import { previewsOff } from '../telegram/previews.ts';
import { createRecentAlbums, hasContent } from './asking/content.ts';
import { askIfLate } from './asking/late.ts';
import { handleReaction } from './asking/reaction.ts';
import { createSendButtons } from './asking/send-button.ts';
import type { Question } from './asking/strangers.ts';
import type { RouterParts } from './chat.ts';
import { inThread, threadOf } from './chat-of.ts';
import { type Asked, type BotCommand, NOT_LINKED } from './command.ts';
import { COMMANDS } from './commands.ts';
import { followMembership, followNames } from './membership.ts';
import { normalizeCommand } from './normalize-command.ts';
import { isLinked, ownersOf } from './owners.ts';
import { reply } from './reply.ts';
import { handleCallbackQuery } from './scripts/callback-query.ts';
import { stopByDraft } from './scripts/stop-press.ts';
import { momentFallback } from './sending/moment-fallback.ts';
import { retryTransformer } from './sending/retry-transformer.ts';
import { topicFallback } from './sending/topic-fallback.ts';

type InChat = Context & { chat: NonNullable<Context['chat']> };

/** Makes a grammY bot that answers. @param me the answer to `getMe` */
export function createChatRouter(me: UserFromGetMe, parts: RouterParts): Bot {
  const { log, connection, bus, strangers } = parts;
  const bot = new Bot(connection.token, { botInfo: me, client: connection.clientOptions });
  bot.api.config.use(
    retryTransformer({ turn: parts.turn, isLinked: (chatId) => isLinked(parts.links, chatId) }),
    previewsOff,
    topicFallback,
    momentFallback,
  );

  async function asked(ctx: InChat): Promise<Asked> {
    const rest = String(ctx.match ?? '').trim();
    const words = rest.split(/\s+/).filter((word) => word !== '');
    const owners = await ownersOf(parts, ctx.chat.id);
    return { ctx, words, rest, owners, users: owners.map(({ user }) => user) };
  }

  /** Whether a chat is answered: one without links is when its turn among all strangers has come. */
  async function isAnswered({ ctx: { chat }, users }: Asked, question: Question): Promise<boolean> {
    if (users.length > 0 || (await strangers.admit(chat.id, question))) return true;
    log.debug({ chat_id: chat.id }, 'A chat that is not linked asks too often; it gets no answer');
    return false;
  }

  /** Answers, also when what the answer depends on can't be read. @param name what was asked, for the log */
  async function explained(name: string, ctx: InChat, answer: () => Promise<void>): Promise<void> {
    try {
      await answer();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.warn({ command: name, code: error.code }, error.message);
      // Where links can't be read, everybody is a stranger.
      if (!(await isLinked(parts.links, ctx.chat.id)) && !(await strangers.admit(ctx.chat.id, 'command'))) return;
      await reply(ctx, 'That did not work just now. The administrator sees why in the log; please try again later.');
    }
  }

  async function run(command: BotCommand, ctx: InChat): Promise<void> {
    const question = await asked(ctx);
    if (!(await isAnswered(question, 'command'))) return;
    if (command.linkedOnly && question.users.length === 0) return await reply(ctx, NOT_LINKED);
    if (await askIfLate(parts, command, question, parts.telegramNow())) return;
    await command.run(parts, question);
  }

  followNames(bot, parts.registry);

  for (const command of COMMANDS) {
    bot.command(command.name, (ctx) => {
      // What a channel posts appears in the group of its discussion as well; it was meant for the channel.
      if (ctx.message?.is_automatic_forward) return;
      if (ctx.channelPost !== undefined && command.inChannels !== true) return;
      const chat = ctx as unknown as InChat;
      return explained(command.name, chat, () => run(command, chat));
    });
  }

  followMembership(bot, parts, bus);

  /** Does what a text would do if the person who pressed a button had just sent it. */
  async function perform(ctx: Context, text: string): Promise<void> {
    const { message, from } = ctx.callbackQuery ?? {};
    if (message === undefined || from === undefined) return;
    const { chat, message_id } = message;
    const date = Math.floor(parts.telegramNow() / 1000);
    const thread = threadOf(message);
    const topic = thread === undefined ? {} : { is_topic_message: true, ...inThread(thread) };
    const typed = { chat, message_id, from, date, text, ...topic };
    await bot.handleUpdate(normalizeCommand({ update_id: ctx.update.update_id, message: typed } as Update));
  }

  const admits = async (chatId: number) =>
    (await isLinked(parts.links, chatId)) || (await strangers.admit(chatId, 'command'));
  const presses = { parts, perform, admits, sendButtons: createSendButtons(parts.clock) };
  bot.on('callback_query', (ctx) =>
    handleCallbackQuery(presses, ctx, (sentence) => log.warn({ command: 'press' }, sentence)),
  );

  bot.on('message_reaction', (ctx) => handleReaction(parts, ctx));

  bot.on('stopped_message_generation', (ctx) => stopByDraft(parts, ctx));

  const albums = createRecentAlbums();
  bot.on('message', async (ctx) => {
    if (!hasContent(ctx.message) || albums.isKnown(ctx.chat.id, ctx.message.media_group_id)) return;
    // Conversation in a group, and commands for its other bots, get no answer.
    const addressed = ctx.message.text?.match(/^\/\w+@(\w+)/)?.[1]?.toLowerCase() === me.username.toLowerCase();
    if (ctx.chat.type !== 'private' && !addressed) return;
    await explained('message', ctx, async () => {
      const question = await asked(ctx);
      if (!(await isAnswered(question, 'words'))) return;
      const { users } = question;
      await reply(ctx, users.length === 0 ? NOT_LINKED : 'I don’t understand that. /help shows what I do.');
    });
  });

  return bot;
}
