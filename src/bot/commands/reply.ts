import type { Context } from 'grammy';
import type { MessageEntity } from 'grammy/types';

/** A piece of an answer: plain words, or words in bold or as code. */
export type Piece = string | { readonly bold: string } | { readonly code: string };

/** Puts pieces together without any markup that a name could break. */
export function compose(pieces: readonly Piece[]): { text: string; entities: MessageEntity[] } {
  let text = '';
  const entities: MessageEntity[] = [];
  for (const piece of pieces) {
    const words = typeof piece === 'string' ? piece : 'bold' in piece ? piece.bold : piece.code;
    if (typeof piece !== 'string' && words !== '') {
      entities.push({ type: 'bold' in piece ? 'bold' : 'code', offset: text.length, length: words.length });
    }
    text += words;
  }
  return { text, entities };
}

/** Answers in the chat that asked. */
export async function reply(ctx: Context, ...pieces: readonly Piece[]): Promise<void> {
  const { text, entities } = compose(pieces);
  await ctx.reply(text, { entities, link_preview_options: { is_disabled: true } });
}
