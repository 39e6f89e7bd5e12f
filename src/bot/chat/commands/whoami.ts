import { chatOf } from '../chat-of.ts';
import { type BotCommand, NOT_LINKED } from '../command.ts';
import { reply } from '../reply.ts';

/** `/whoami`: shows the account that this chat is linked to. */
export const whoamiCommand: BotCommand = {
  name: 'whoami',
  description: 'Show which account this chat is linked to',
  linkedOnly: false,
  asksWhenLate: false,
  async run({ host }, { ctx, users, since }) {
    const chat = chatOf(ctx);
    const topic = chat.threadId === undefined ? '' : `, topic ${chat.threadId}`;
    const where = `\nChat: ${chat.name} (${chat.type}, ${chat.id}${topic})`;
    if (users.length === 0) return reply(ctx, `This chat is not linked. ${NOT_LINKED}`, where);
    for (const [i, user] of users.entries()) {
      await reply(ctx, 'You are ', { bold: user }, ` on ${host}, linked since ${since[i]}.`, where);
    }
  },
};
