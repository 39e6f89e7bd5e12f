/** Hands presses of buttons that belong to features of the bot on to these. */
import type { Context } from 'grammy';
import type { MaybeInaccessibleMessage } from 'grammy/types';
import type { PressAnswer, PressHandler } from '../../../core/chat/press.ts';
import { threadField, threadOf } from '../chat-of.ts';
import { type CommandParts, updateKey } from '../command.ts';
import { cut } from '../format.ts';
import { alert, LONGEST_ANSWER, MAYBE_LATE } from '../scripts/press-answer.ts';
import { isNobody, presserFrom } from './presser.ts';

/** Ends the name of a feature in the data of a button. */
const MARK = ':';

/** What a button hands on. */
export interface Handed {
  readonly press: PressHandler;
  readonly data: string;
  /** The message that is meant, where it is another one of the chat than that of the button. */
  readonly messageId?: number;
}

/** Whether a message has a button with this data, as Telegram knows it. */
const holdsButton = (message: MaybeInaccessibleMessage, data: string | undefined): boolean =>
  'reply_markup' in message &&
  message.reply_markup?.inline_keyboard
    .flat()
    .some((button) => 'callback_data' in button && button.callback_data === data) === true;

/**
 * Hands a press on, unless it may be old, or no person's.
 * @returns the answer to it @throws Problem as the feature, `links_unreadable`
 */
export async function handOn(
  parts: CommandParts,
  ctx: Context,
  { press, data, messageId }: Handed,
): Promise<PressAnswer> {
  const { message, from } = ctx.callbackQuery ?? {};
  if (message === undefined || from === undefined) return {};
  if (isNobody(from)) return alert('Telegram does not say who you are, so this does nothing.');
  if (press.takesLate !== true && parts.isCatchingUp()) return alert(MAYBE_LATE);
  const { chat } = message;
  const answer = await press({
    data,
    place: { chatId: chat.id, messageId: messageId ?? message.message_id, ...threadField(threadOf(message)) },
    isUnder: holdsButton(message, ctx.callbackQuery?.data),
    chatType: chat.type,
    isPublic: chat.username !== undefined,
    by: await presserFrom(parts, from),
    update: updateKey(ctx),
  });
  return answer.text === undefined ? answer : { ...answer, text: cut(answer.text, LONGEST_ANSWER) };
}

/** The answer to a press; `undefined` where the button is no feature's. @throws Problem as the feature, `links_unreadable` */
export async function pressFeature(parts: CommandParts, ctx: Context): Promise<PressAnswer | undefined> {
  const { data = '' } = ctx.callbackQuery ?? {};
  const name = data.slice(0, Math.max(0, data.indexOf(MARK)));
  const press = Object.hasOwn(parts.presses, name) ? parts.presses[name] : undefined;
  if (press === undefined || ctx.callbackQuery?.message === undefined) return undefined;
  return handOn(parts, ctx, { press, data: data.slice(name.length + MARK.length) });
}
