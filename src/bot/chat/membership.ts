/** Updates about a chat itself: the bot is blocked, removed or let in again; a group gets another id or name. */
import type { Bot } from 'grammy';
import type { ChatMember } from 'grammy/types';
import type { EventBus } from '../events/event-bus.ts';
import { descriptionOf } from './chat-of.ts';
import type { CommandServices } from './command.ts';

/** Telegram does not say which of the two it was. */
const GONE = 'The bot was blocked in this chat, or removed from it; unblock it in Telegram, or add it again.';
const MUTE = 'The bot may not write in this group or channel; one of its admins has to allow it to send messages.';

/** Why a chat takes no messages of the bot's, by what the bot is there. https://core.telegram.org/bots/api#chatmember */
function obstacleOf(type: string, member: ChatMember): string | undefined {
  const { status } = member;
  if (status === 'kicked' || status === 'left') return GONE;
  if (status === 'restricted') return member.can_send_messages ? undefined : MUTE;
  if (type !== 'channel') return undefined;
  return status === 'administrator' && member.can_post_messages === true ? undefined : MUTE;
}

/** Follows what happens to chats that are linked or registered. */
export function followMembership(
  bot: Bot,
  { links, registry }: Pick<CommandServices, 'links' | 'registry'>,
  bus: EventBus,
): void {
  bot.on('my_chat_member', async (ctx) => {
    const obstacle = obstacleOf(ctx.chat.type, ctx.myChatMember.new_chat_member);
    await registry.refused({ chat: ctx.chat.id }, obstacle);
    for (const user of await links.usersOf(ctx.chat.id)) {
      if (obstacle !== undefined) await links.markUnreachable(user, ctx.chat.id, obstacle);
      else await links.clearUnreachable(user, ctx.chat.id);
    }
  });

  bot.on('message:migrate_to_chat_id', async (ctx) => {
    const { migrate_to_chat_id: to } = ctx.message;
    if (Number.isSafeInteger(to)) await bus.publish('chat.moved', { from: ctx.chat.id, to });
  });
}

/** Keeps what registered groups and channels are called, which each update from them says. */
export function followNames(bot: Bot, registry: CommandServices['registry']): void {
  bot.use(async (ctx, next) => {
    const { chat } = ctx;
    if (chat !== undefined && chat.type !== 'private') await registry.described(chat.id, descriptionOf(chat));
    await next();
  });
}
