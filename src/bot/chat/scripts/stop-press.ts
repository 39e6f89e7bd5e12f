/** The Stop button under the message of a run. */
import type { Context } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { PressAnswer } from '../../../core/chat/press.ts';
import type { LinkedAccount } from '../../links/linked-account.ts';
import type { CommandParts } from '../command.ts';
import { sentenceAbout } from '../format.ts';
import { ownersOf } from '../owners.ts';
import type { Piece } from '../reply.ts';
import type { Action, Sheet } from './buttons.ts';
import type { PanelPlace } from './panel.ts';
import { type Press, presserOf, say, shownName } from './press.ts';
import { alert } from './press-answer.ts';

/** The button under the message of a run. @param run the update that began it */
export function stopKeyboard(sheet: Sheet, owner: LinkedAccount, script: string, run: string): InlineKeyboardMarkup {
  const callback_data = sheet.token(owner, { action: 'stop', script, run });
  return { inline_keyboard: [[{ text: '⏹ Stop', callback_data, style: 'danger' }]] };
}

/** Says so where the run could not be stopped. */
function follow({ scripts }: CommandParts, place: PanelPlace, name: Piece, done: Promise<void>): void {
  void scripts.tasks.start('stop', () =>
    done.catch((error: unknown) => say(place, ['⚠ ', name, ` could not be stopped. ${sentenceAbout(error)}`])),
  );
}

/** Stops the run in the background; its message says what becomes of it. */
export async function stop(
  parts: CommandParts,
  press: Press,
  { script, run }: Extract<Action, { action: 'stop' }>,
): Promise<PressAnswer> {
  const name = shownName(script);
  const result = parts.scripts.stop(run, await presserOf(parts, press));
  if (result.outcome === 'over') return alert(`${name} has ended already.`);
  if (result.outcome === 'already') return { text: `${name} is being stopped already, by ${result.by}.` };
  follow(parts, press.place, { code: name }, result.done);
  return { text: `⏹ ${name} is being stopped…` };
}

/** Does the same for the button that Telegram shows beside the draft of a run. https://core.telegram.org/bots/api#sendmessagedraft */
export async function stopByDraft(parts: CommandParts, ctx: Context): Promise<void> {
  const { chat, draft_id: messageId } = ctx.stoppedMessageGeneration ?? {};
  if (chat === undefined || messageId === undefined) return;
  const { watches } = parts.scripts;
  const run = watches.at(chat.id, messageId);
  const user = run === undefined ? undefined : watches.of(run)?.user;
  if (run === undefined || !(await ownersOf(parts, chat.id)).some((owner) => owner.user === user)) return;
  const result = parts.scripts.stop(run, user ?? '');
  if (result.outcome !== 'stopping') return;
  follow(parts, { api: ctx.api, chatId: chat.id, messageId }, 'The script', result.done);
}
