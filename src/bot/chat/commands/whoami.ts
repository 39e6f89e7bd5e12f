import { linkedDay } from '../account-summary.ts';
import { chatOf } from '../chat-of.ts';
import { type BotCommand, NOT_LINKED } from '../command.ts';
import { reply } from '../reply.ts';

/** `/whoami`: shows the account that this chat is linked to. */
export const whoamiCommand: BotCommand = {
  name: 'whoami',
  description: 'Show which account this chat is linked to',
  linkedOnly: false,
  asksWhenLate: false,
  async run({ host }, { ctx, owners }) {
    const chat = chatOf(ctx);
    const topic = chat.threadId === undefined ? '' : `, topic ${chat.threadId}`;
    const where = `\nChat: ${chat.name} (${chat.type}, ${chat.id}${topic})`;
    if (owners.length === 0) return reply(ctx, `This chat is not linked. ${NOT_LINKED}`, where);
    for (const owner of owners) {
      const who = { bold: owner.user };
      await reply(ctx, 'You are ', who, ` on ${host}, linked since `, linkedDay(owner), '.', where);
    }
  },
};
