/** Commands that are done after a press only: asked in a message with one button. */
import type { LinkedAccount } from '../../links/linked-account.ts';
import type { Asked, CommandParts } from '../command.ts';
import { compose, type Piece } from '../reply.ts';

/** Behind a command that was confirmed by a press. Nobody types it by accident. */
export const CONFIRMED = '--confirmed';

/** A command that waits for a press. */
export interface Confirmation {
  /** What would be done, and why it is asked. */
  readonly pieces: readonly Piece[];
  /** The text on the button. */
  readonly button: string;
  /** The command that is done after the press, as somebody would type it. */
  readonly command: string;
}

/** Asks whether a command is to be done. Only the person who gave it can confirm it. @param owner an account of the chat */
export async function askToConfirm(
  parts: CommandParts,
  { ctx }: Pick<Asked, 'ctx'>,
  owner: LinkedAccount,
  { pieces, button, command }: Confirmation,
): Promise<void> {
  const sheet = parts.buttons.sheet(ctx.chat.id, { kind: 'one' });
  const action = { action: 'command', command, by: ctx.senderChat === undefined ? ctx.from?.id : undefined } as const;
  const { text, entities } = compose(pieces);
  const sent = await ctx.reply(text, {
    entities,
    reply_markup: { inline_keyboard: [[{ text: button, callback_data: sheet.token(owner, action) }]] },
  });
  sheet.bind(sent.message_id);
}
