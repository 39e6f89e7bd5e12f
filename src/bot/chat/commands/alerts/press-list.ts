/**
 * Presses of the buttons under `/alerts`. Their data can be forged, and does no more than the button under the message of the
 * group that it names, which has to stand in the same chat.
 */
import type { Context } from 'grammy';
import type { PressAnswer } from '../../../../core/chat/press.ts';
import { handOn } from '../../asking/feature-press.ts';
import { threadField, threadOf } from '../../chat-of.ts';
import type { CommandParts } from '../../command.ts';
import { compose } from '../../reply.ts';
import { alert } from '../../scripts/press-answer.ts';
import { alertsKeyboard, alertsPieces, pressedInList } from './alerts-message.ts';

const OVER = 'That is over, or told in another message by now. /alerts shows what is open.';

/** Shows what is open now in the list, in the background. */
function redraw(
  parts: CommandParts,
  { api }: Context,
  place: { chatId: number; threadId?: number },
  messageId: number,
) {
  void parts.scripts.tasks.start('alerts', () =>
    parts.inTurn(`${place.chatId} ${messageId}`, async () => {
      const groups = parts.alerts.groupsAt(place);
      const { text, entities } = compose(alertsPieces(groups, parts.now()));
      await api
        .editMessageText(place.chatId, messageId, text, { entities, reply_markup: alertsKeyboard(groups) })
        // Telegram refuses an edit that changes nothing; the press is answered besides.
        .catch(() => undefined);
    }),
  );
}

/** Does what a button under `/alerts` says. @returns the answer to the press; `undefined` where the button is another one's */
export async function pressAlertList(parts: CommandParts, ctx: Context): Promise<PressAnswer | undefined> {
  const { message, data = '' } = ctx.callbackQuery ?? {};
  const pressed = pressedInList(data);
  if (pressed === undefined || message === undefined) return undefined;
  const place = { chatId: message.chat.id, ...threadField(threadOf(message)) };
  const messageId = parts.alerts.groupsAt(place).find(({ group }) => group === pressed.group)?.messageId;
  if (messageId === undefined) return alert(OVER);
  const answer = await handOn(parts, ctx, { press: parts.alerts.press, data: pressed.data, messageId });
  redraw(parts, ctx, place, message.message_id);
  return answer;
}
