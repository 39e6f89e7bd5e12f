/** Routes messages and button presses to what answers them. */
import { Bot, type Context } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import { Problem } from '../../core/problem.ts';
import { previewsOff } from '../telegram/previews.ts';
import { dayOf } from './account-summary.ts';
import { createRecentAlbums, hasContent } from './asking/content.ts';
import { askIfLate } from './asking/late.ts';
import type { RouterParts } from './chat.ts';
import { type Asked, type BotCommand, NOT_LINKED } from './command.ts';
import { COMMANDS } from './commands.ts';
import { followMembership } from './membership.ts';
import { normalizeCommand } from './normalize-command.ts';
import { ownersOf } from './owners.ts';
import { reply } from './reply.ts';
import { handleCallbackQuery } from './scripts/callback-query.ts';
import { retryTransformer } from './sending/retry-transformer.ts';

type InChat = Context & { chat: NonNullable<Context['chat']> };

/** Makes a grammY bot that answers. @param me the answer to `getMe` */
export function createChatRouter(me: UserFromGetMe, parts: RouterParts): Bot {
  const { log, connection, bus } = parts;
  const bot = new Bot(connection.token, { botInfo: me, client: connection.clientOptions });
  bot.api.config.use(retryTransformer(parts.charge), previewsOff);

  async function asked(ctx: InChat): Promise<Asked> {
    const rest = String(ctx.match ?? '').trim();
    const words = rest.split(/\s+/).filter((word) => word !== '');
    const owners = await ownersOf(parts, ctx.chat.id);
    return { ctx, words, rest, owners, users: owners.map(({ user }) => user), since: owners.map(dayOf) };
  }

  /** Answers, also when what the answer depends on can't be read. @param name what was asked, for the log */
  async function explained(name: string, ctx: InChat, answer: () => Promise<void>): Promise<void> {
    try {
      await answer();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.warn({ command: name, code: error.code }, error.message);
      await reply(ctx, 'That did not work just now. The administrator sees why in the log; please try again later.');
    }
  }

  async function run(command: BotCommand, ctx: InChat): Promise<void> {
    const question = await asked(ctx);
    if (command.linkedOnly && question.users.length === 0) return await reply(ctx, NOT_LINKED);
    if (await askIfLate(parts, command, question, parts.telegramNow())) return;
    await command.run(parts, question);
  }

  for (const command of COMMANDS) {
    bot.command(command.name, (ctx) => {
      const chat = ctx as unknown as InChat;
      return explained(command.name, chat, () => run(command, chat));
    });
  }

  followMembership(bot, parts.links, bus);

  /** Does a command as if the person who pressed a button had just typed it. */
  async function perform(ctx: Context, command: string): Promise<void> {
    const { message, from } = ctx.callbackQuery ?? {};
    if (message === undefined || from === undefined) return;
    const { chat, message_id } = message;
    const date = Math.floor(parts.telegramNow() / 1000);
    const typed = { chat, message_id, from, date, text: command };
    await bot.handleUpdate(normalizeCommand({ update_id: ctx.update.update_id, message: typed } as Update));
  }

  bot.on('callback_query', (ctx) =>
    handleCallbackQuery({ parts, perform }, ctx, (sentence) => log.warn({ command: 'press' }, sentence)),
  );

  const albums = createRecentAlbums();
  bot.on('message', async (ctx) => {
    if (!hasContent(ctx.message) || albums.isKnown(ctx.chat.id, ctx.message.media_group_id)) return;
    // Conversation in a group, and commands for its other bots, get no answer.
    const addressed = ctx.message.text?.match(/^\/\w+@(\w+)/)?.[1]?.toLowerCase() === me.username.toLowerCase();
    if (ctx.chat.type !== 'private' && !addressed) return;
    await explained('message', ctx, async () => {
      const { users } = await asked(ctx);
      await reply(ctx, users.length === 0 ? NOT_LINKED : 'I don’t understand that. /help shows what I do.');
    });
  });

  return bot;
}
