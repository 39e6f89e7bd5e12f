/**
 * Presses of the buttons under `/alerts`. Their data can be forged, and does no more than the button under the message of the
 * group that it names, which has to stand in the same chat.
 */
import type { Context } from 'grammy';
import type { PressAnswer } from '../../../../core/chat/press.ts';
import { handOn } from '../../asking/feature-press.ts';
import { redrawMessage } from '../../asking/redraw-message.ts';
import { threadField, threadOf } from '../../chat-of.ts';
import type { CommandParts } from '../../command.ts';
import { alert } from '../../scripts/press-answer.ts';
import { alertsKeyboard, alertsPieces, pressedInList } from './alerts-message.ts';

const OVER = 'That is over, or shown in another message by now. /alerts shows what is open.';

/** Does what a button under `/alerts` says. @returns the answer to the press; `undefined` where the button is another one's */
export async function pressAlertList(parts: CommandParts, ctx: Context): Promise<PressAnswer | undefined> {
  const { message, data = '' } = ctx.callbackQuery ?? {};
  const pressed = pressedInList(data);
  if (pressed === undefined || message === undefined) return undefined;
  const place = { chatId: message.chat.id, ...threadField(threadOf(message)) };
  const messageId = parts.alerts.groupsAt(place).find(({ group }) => group === pressed.group)?.messageId;
  if (messageId === undefined) return alert(OVER);
  const answer = await handOn(parts, ctx, { press: parts.alerts.press, data: pressed.data, messageId });
  redrawMessage(parts, ctx, 'alerts', () => {
    const groups = parts.alerts.groupsAt(place);
    return { pieces: alertsPieces(groups, parts.now()), keyboard: alertsKeyboard(groups) };
  });
  return answer;
}
