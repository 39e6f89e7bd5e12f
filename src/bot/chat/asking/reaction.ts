/** A 👍 under a message about alerts acknowledges them. */
import type { Context } from 'grammy';
import type { ReactionType } from 'grammy/types';
import { type CommandParts, updateKey } from '../command.ts';
import { isNobody, presserFrom } from './presser.ts';

const THUMBS_UP = '👍';
const hasThumb = (reactions: readonly ReactionType[]) =>
  reactions.some((one) => one.type === 'emoji' && one.emoji === THUMBS_UP);

/**
 * Hands a new 👍 on. An anonymous administrator's, which comes without a person, does nothing. Nor does one that is taken
 * back: the button says so. One that arrives late counts, since nobody can be asked; the message shows who acknowledged.
 *
 * @throws Problem `storage`, `links_unreadable`
 */
export async function handleReaction(parts: CommandParts, ctx: Context): Promise<void> {
  const {
    user,
    chat,
    message_id: messageId,
    old_reaction: before = [],
    new_reaction: now = [],
  } = ctx.messageReaction ?? {};
  if (user === undefined || chat === undefined || messageId === undefined || isNobody(user)) return;
  if (!hasThumb(now) || hasThumb(before)) return;
  await parts.alerts.react({
    place: { chatId: chat.id, messageId },
    chatType: chat.type,
    isPublic: chat.username !== undefined,
    by: await presserFrom(parts, user),
    update: updateKey(ctx),
  });
}
