import { askToConfirm, CONFIRMED } from '../asking/confirm.ts';
import type { BotCommand } from '../command.ts';
import { oneLine } from '../format.ts';
import { reply } from '../reply.ts';
import { shownWord, suggestion } from './script-names.ts';

/** `/unlink [USER]`: ends the links of this chat, or the link of one account when several share it, after a question. */
export const unlinkCommand: BotCommand = {
  name: 'unlink',
  usage: '[account]',
  description: 'Stop notifications to this chat',
  linkedOnly: true,
  asksWhenLate: false,
  async run(parts, asked) {
    const { ctx, owners, users, words } = asked;
    const isConfirmed = words.at(-1) === CONFIRMED;
    const names = isConfirmed ? words.slice(0, -1) : words;
    // What was unlinked since the question is no fault of the answer.
    const unknown = isConfirmed ? undefined : names.find((name) => !users.includes(name));
    const wanted = names.length === 0 ? users : users.filter((user) => names.includes(user));
    const [owner] = owners.filter(({ user }) => wanted.includes(user));
    if (unknown !== undefined || owner === undefined) {
      const name = shownWord(unknown ?? names.join(' '));
      return reply(
        ctx,
        { code: name },
        ` is not linked to this chat; ${users.join(', ')} is.`,
        ...suggestion(name, users),
      );
    }
    const who = { bold: wanted.join(', ') };
    if (!isConfirmed) {
      return askToConfirm(parts, asked, owner, {
        pieces: ['Unlink ', who, ` on ${parts.host} from this chat? Its notifications then come nowhere.`],
        button: `Unlink ${oneLine(wanted.join(', '), 40)}`,
        command: `/unlink ${wanted.join(' ')} ${CONFIRMED}`,
      });
    }
    for (const user of wanted) await parts.links.unlink(user);
    await reply(ctx, 'Unlinked ', who, '. No more notifications come here; /start links again.');
  },
};
