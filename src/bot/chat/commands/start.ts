import { readRegistrationCode } from '../../../core/destination.ts';
import { askToConfirm, CONFIRMED } from '../asking/confirm.ts';
import { chatLabel, linkedPieces, readersOf, readersText } from '../asking/linked.ts';
import { chatOf } from '../chat-of.ts';
import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { reply } from '../reply.ts';
import { ELSEWHERE, registerByCode } from './link.ts';

async function linkByToken(parts: CommandParts, asked: Asked, token: string, isConfirmed: boolean): Promise<void> {
  const { linking, host } = parts;
  const { ctx } = asked;
  const chat = chatOf(ctx);
  const result = await linking.redeemToken(token, chat, isConfirmed);
  if (result.outcome === 'linked') {
    const readers = await readersOf(ctx.api, chat);
    await reply(ctx, ...linkedPieces({ user: result.user, host, chat, previous: result.previous, readers }));
  } else if (result.outcome === 'would-move') {
    const { user, uid, previous } = result;
    const readers = readersText(await readersOf(ctx.api, chat));
    const here = `The messages of ${user} on ${host} go to ${chatLabel(previous, chat)}. Send them here, to ${chatLabel(chat, previous)}, instead?`;
    const owner = { user, uid, chatId: chat.id, linkedAt: undefined };
    const command = `/start ${token} ${CONFIRMED}`;
    await askToConfirm(parts, asked, owner, { pieces: [here, readers], button: 'Send them here', command });
  } else if (result.outcome === 'expired') {
    await reply(ctx, 'This link has expired. Run ', { code: 'notify-runner link' }, ' on the server for a new one.');
  } else if (result.outcome === 'too-many-tries') {
    await reply(ctx, 'Too many wrong links. Try again in a minute.');
  } else {
    await reply(
      ctx,
      'This link is not known or was used already. Run ',
      { code: 'notify-runner link' },
      ' for a new one.',
    );
  }
}

async function giveCode({ codes, host, strangersHost }: CommandParts, { ctx, users }: Asked): Promise<void> {
  const { code } = await codes.issue(chatOf(ctx));
  const linked =
    users.length === 0
      ? ''
      : `This chat is linked to ${users.join(', ')} already; the code links one more account.\n\n`;
  await reply(
    ctx,
    linked,
    'Your code is ',
    { code },
    `, good for 10 minutes and once.\n\nOn ${users.length === 0 ? strangersHost : host}, as the account to link, run:\n`,
    { code: `notify-runner link ${code}` },
  );
}

/** `/start`: a six-digit code; `/start TOKEN`: links at once; `/start CODE` in a group: registers it as a destination. */
export const startCommand: BotCommand = {
  name: 'start',
  description: 'Link this chat to your account on the server',
  linkedOnly: false,
  asksWhenLate: false,
  async run(parts, asked) {
    const [token, more] = asked.words;
    // Telegram sends the code of a destination this way when somebody adds the bot to a group by its link.
    if (token !== undefined && readRegistrationCode(token) !== undefined) {
      if (asked.ctx.chat.type === 'private') return reply(asked.ctx, ...ELSEWHERE);
      return registerByCode(parts, asked, token);
    }
    await (token === undefined ? giveCode(parts, asked) : linkByToken(parts, asked, token, more === CONFIRMED));
  },
};
