/** Routes messages and button presses to what answers them. */
import { Bot, type Context } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { Problem } from '../../core/problem.ts';
import { previewsOff } from '../telegram/previews.ts';
import { dayOf } from './account-summary.ts';
import type { RouterParts } from './chat.ts';
import { type Asked, type BotCommand, NOT_LINKED } from './command.ts';
import { COMMANDS } from './commands.ts';
import { followMembership } from './membership.ts';
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

  async function run(command: BotCommand, ctx: InChat): Promise<void> {
    try {
      const question = await asked(ctx);
      if (command.linkedOnly && question.users.length === 0) return await reply(ctx, NOT_LINKED);
      await command.run(parts, question);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.warn({ command: command.name, code: error.code }, error.message);
      await reply(ctx, 'That did not work just now. The administrator sees why in the log; please try again later.');
    }
  }

  for (const command of COMMANDS) {
    bot.command(command.name, (ctx) => run(command, ctx as unknown as InChat));
  }

  followMembership(bot, parts.links, bus);

  bot.on('callback_query', (ctx) =>
    handleCallbackQuery(parts, ctx, (sentence) => log.warn({ command: 'press' }, sentence)),
  );

  bot.on('message', async (ctx) => {
    // Conversation in a group, and commands for its other bots, get no answer.
    const addressed = ctx.message.text?.match(/^\/\w+@(\w+)/)?.[1]?.toLowerCase() === me.username.toLowerCase();
    if (ctx.chat.type !== 'private' && !addressed) return;
    const { users } = await asked(ctx);
    await reply(ctx, users.length === 0 ? NOT_LINKED : 'I don’t understand that. /help shows what I do.');
  });

  return bot;
}
