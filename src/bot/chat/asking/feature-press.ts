/** Hands presses of buttons that belong to features of the bot on to these. */
import type { Context } from 'grammy';
import type { PressAnswer } from '../../../core/chat/press.ts';
import { threadField, threadOf } from '../chat-of.ts';
import { type CommandParts, updateKey } from '../command.ts';
import { cut } from '../format.ts';
import { alert, LONGEST_ANSWER } from '../scripts/press-answer.ts';
import { isNobody, presserFrom } from './presser.ts';

/** Ends the name of a feature in the data of a button. */
const MARK = ':';

/** The answer to a press; `undefined` where the button is no feature's. @throws Problem as the feature, `links_unreadable` */
export async function pressFeature(parts: CommandParts, ctx: Context): Promise<PressAnswer | undefined> {
  const { message, data = '', from } = ctx.callbackQuery ?? {};
  const name = data.slice(0, Math.max(0, data.indexOf(MARK)));
  const press = Object.hasOwn(parts.presses, name) ? parts.presses[name] : undefined;
  if (press === undefined || message === undefined || from === undefined) return undefined;
  if (isNobody(from)) return alert('Telegram does not say who you are, so this does nothing.');
  const { chat, message_id: messageId } = message;
  const answer = await press({
    data: data.slice(name.length + MARK.length),
    place: { chatId: chat.id, messageId, ...threadField(threadOf(message)) },
    chatType: chat.type,
    isPublic: chat.username !== undefined,
    by: await presserFrom(parts, from),
    update: updateKey(ctx),
  });
  return answer.text === undefined ? answer : { ...answer, text: cut(answer.text, LONGEST_ANSWER) };
}
