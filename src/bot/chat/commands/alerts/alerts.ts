import { placeOf } from '../../chat-of.ts';
import { type BotCommand, NOT_LINKED } from '../../command.ts';
import { compose, reply } from '../../reply.ts';
import { alertsKeyboard, alertsPieces } from './alerts-message.ts';
import { isKnownPlace } from './known-place.ts';

/** `/alerts`: the open alerts that were sent to this chat, or to this topic. */
export const alertsCommand: BotCommand = {
  name: 'alerts',
  description: 'Show the open alerts that were sent to this chat',
  linkedOnly: false,
  asksWhenLate: false,
  async run(parts, asked) {
    const { ctx } = asked;
    if (!(await isKnownPlace(parts, asked))) return reply(ctx, NOT_LINKED);
    const groups = parts.alerts.groupsAt(placeOf(ctx));
    const { text, entities } = compose(alertsPieces(groups, parts.now()));
    await ctx.reply(text, { entities, reply_markup: alertsKeyboard(groups) });
  },
};
