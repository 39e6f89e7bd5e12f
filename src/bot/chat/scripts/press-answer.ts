import type { Context } from 'grammy';
import type { PressAnswer } from '../../../core/chat/press.ts';
import type { CommandParts } from '../command.ts';
import { cut } from '../format.ts';

/** Characters of an answer to a press. https://core.telegram.org/bots/api#answercallbackquery */
export const LONGEST_ANSWER = 200;

/** What presses need beside the commands' parts. */
export interface PressDeps {
  readonly parts: CommandParts;
  /** Does what a text would do if the person who pressed had just sent it. */
  readonly perform: (ctx: Context, text: string) => Promise<void>;
  /** Whether a chat gets a message that it caused: one that is not linked only when its turn among all strangers has come. */
  readonly admits: (chatId: number) => Promise<boolean>;
}

export const alert = (text: string): PressAnswer => ({ text: cut(text, LONGEST_ANSWER), alert: true });

/** To a press that may have waited at Telegram. */
export const MAYBE_LATE =
  'Telegram could not be reached until just now, so this press may be old. Press again to do it.';
