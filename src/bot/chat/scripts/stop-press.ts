/** The Stop button under the message of a run. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { LinkedAccount } from '../../links/linked-account.ts';
import type { CommandParts } from '../command.ts';
import { sentenceAbout } from '../format.ts';
import type { Action, Sheet } from './buttons.ts';
import { type Press, presserOf, say, shownName } from './press.ts';
import { alert, type PressAnswer } from './press-answer.ts';

/** The button under the message of a run. @param run the update that began it */
export function stopKeyboard(sheet: Sheet, owner: LinkedAccount, script: string, run: string): InlineKeyboardMarkup {
  const callback_data = sheet.token(owner, { action: 'stop', script, run });
  return { inline_keyboard: [[{ text: '⏹ Stop', callback_data, style: 'danger' }]] };
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
  void parts.scripts.tasks.start('stop', () =>
    result.done.catch((error: unknown) =>
      say(press.place, [`⚠ `, { code: name }, ` could not be stopped. ${sentenceAbout(error)}`]),
    ),
  );
  return { text: `⏹ ${name} is being stopped…` };
}
