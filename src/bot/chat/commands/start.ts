import { chatOf } from '../chat-of.ts';
import type { Asked, BotCommand, CommandParts } from '../command.ts';
import { reply } from '../reply.ts';

async function linkByToken({ linking, host }: CommandParts, { ctx }: Asked, token: string): Promise<void> {
  const result = await linking.redeemToken(token, chatOf(ctx));
  if (result.outcome === 'linked') {
    await reply(ctx, '✅ Linked to ', { bold: result.user }, ` on ${host}. Try /test, or /help for more.`);
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

async function giveCode({ codes, host }: CommandParts, { ctx, users }: Asked): Promise<void> {
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
    `, good for 10 minutes and once.\n\nOn ${host}, as the account to link, run:\n`,
    { code: `notify-runner link ${code}` },
  );
}

/** `/start`: a six-digit code; `/start TOKEN`: links at once. */
export const startCommand: BotCommand = {
  name: 'start',
  description: 'Link this chat to your account on the server',
  linkedOnly: false,
  asksWhenLate: false,
  async run(parts, asked) {
    const token = asked.words[0];
    await (token === undefined ? giveCode(parts, asked) : linkByToken(parts, asked, token));
  },
};
