import type { Context } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { CommandParts } from '../command.ts';
import { compose, type Piece } from '../reply.ts';

/** What a message shows. */
export interface MessageContent {
  readonly pieces: readonly Piece[];
  readonly keyboard: InlineKeyboardMarkup;
}

/**
 * Edits the message whose button was pressed, in the background, after earlier edits of it.
 *
 * @param task names the work in the log
 * @param content what it shows by then
 */
export function redrawMessage(
  { scripts, inTurn }: CommandParts,
  { api, callbackQuery }: Context,
  task: string,
  content: () => MessageContent | Promise<MessageContent>,
): void {
  const { message } = callbackQuery ?? {};
  if (message === undefined) return;
  const { chat, message_id } = message;
  void scripts.tasks.start(task, () =>
    inTurn(`${chat.id} ${message_id}`, async () => {
      const { pieces, keyboard } = await content();
      const { text, entities } = compose(pieces);
      await api
        .editMessageText(chat.id, message_id, text, { entities, reply_markup: keyboard })
        // Telegram refuses an edit that changes nothing; the press is answered besides.
        .catch(() => undefined);
    }),
  );
}
