/** Updates about a chat itself: the bot is blocked, removed or let in again; a group gets another id. */
import type { Bot } from 'grammy';
import type { Links } from '../../storage/ports.ts';
import type { EventBus } from '../events/event-bus.ts';

/** Telegram does not say which of the two it was. */
const GONE = 'The bot was blocked in this chat, or removed from it; unblock it in Telegram, or add it again.';

/** Follows what happens to chats that are linked. */
export function followMembership(bot: Bot, links: Links, bus: EventBus): void {
  bot.on('my_chat_member', async (ctx) => {
    const { status } = ctx.myChatMember.new_chat_member;
    const gone = status === 'kicked' || status === 'left';
    for (const user of await links.usersOf(ctx.chat.id)) {
      if (gone) await links.markUnreachable(user, ctx.chat.id, GONE);
      else await links.clearUnreachable(user, ctx.chat.id);
    }
  });

  bot.on('message:migrate_to_chat_id', async (ctx) => {
    const { migrate_to_chat_id: to } = ctx.message;
    if (Number.isSafeInteger(to)) await bus.publish('chat.moved', { from: ctx.chat.id, to });
  });
}
