/**
 * Presses of the buttons under `/settings`. Their data can be forged and does nothing that the command does not: it
 * changes a setting of the accounts that are linked to the chat of the press.
 */
import type { Context } from 'grammy';
import type { PressAnswer } from '../../../../core/chat/press.ts';
import { redrawMessage } from '../../asking/redraw-message.ts';
import type { CommandParts } from '../../command.ts';
import { ownersOf } from '../../owners.ts';
import { alert, MAYBE_LATE } from '../../scripts/press-answer.ts';
import { changeAll, shownPeople } from './settings.ts';
import { pressedSetting, settingsKeyboard, settingsPieces } from './settings-message.ts';

/** What the answer to a press calls a setting. */
const LABELS = { timezone: 'Time zone', quiet: 'Quiet hours', digest: 'Digest' } as const;

/** Does what a button under `/settings` says. @returns the answer to the press; `undefined` where the button is another one's */
export async function pressSetting(parts: CommandParts, ctx: Context): Promise<PressAnswer | undefined> {
  const { message, data = '' } = ctx.callbackQuery ?? {};
  const pressed = pressedSetting(data);
  if (pressed === undefined || message === undefined) return undefined;
  if (parts.isCatchingUp()) return alert(MAYBE_LATE);
  const owners = await ownersOf(parts, message.chat.id);
  if (owners.length === 0) return alert('This chat is not linked any more.');
  const refusal = await changeAll(parts, owners, { [pressed.name]: pressed.value });
  if (refusal !== undefined) return alert(refusal);
  redrawMessage(parts, ctx, 'settings', async () => {
    const shown = await shownPeople(parts, owners);
    return { pieces: settingsPieces(shown), keyboard: settingsKeyboard(shown) };
  });
  return { text: `${LABELS[pressed.name]}: ${pressed.value}` };
}
