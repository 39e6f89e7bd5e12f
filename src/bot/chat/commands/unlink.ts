import type { BotCommand } from '../command.ts';
import { reply } from '../reply.ts';

/** `/unlink [USER]`: ends the links of this chat, or the link of one account when several share the chat. */
export const unlinkCommand: BotCommand = {
  name: 'unlink',
  description: 'Stop notifications to this chat',
  linkedOnly: true,
  async run({ links }, { ctx, users, words }) {
    const wanted = words.length === 0 ? users : users.filter((user) => words.includes(user));
    if (wanted.length === 0)
      return reply(ctx, `${words.join(' ')} is not linked to this chat; ${users.join(', ')} is.`);
    for (const user of wanted) await links.unlink(user);
    await reply(
      ctx,
      'Unlinked ',
      { bold: wanted.join(', ') },
      '. No more notifications come here; /start links again.',
    );
  },
};
