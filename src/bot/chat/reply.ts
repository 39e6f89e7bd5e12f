import type { Context } from 'grammy';
import type { MessageEntity } from 'grammy/types';

/** A piece of a message: plain text, bold text, code, or a block of code. */
export type Piece = string | { readonly bold: string } | { readonly code: string } | { readonly pre: string };

function styled(piece: Exclude<Piece, string>): { type: 'bold' | 'code' | 'pre'; words: string } {
  if ('bold' in piece) return { type: 'bold', words: piece.bold };
  return 'code' in piece ? { type: 'code', words: piece.code } : { type: 'pre', words: piece.pre };
}

/** Joins pieces into text and entities, so that no name is taken for markup. */
export function compose(pieces: readonly Piece[]): { text: string; entities: MessageEntity[] } {
  let text = '';
  const entities: MessageEntity[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    const { type, words } = styled(piece);
    if (words !== '') entities.push({ type, offset: text.length, length: words.length });
    text += words;
  }
  return { text, entities };
}

/** Answers in the chat of the update. */
export async function reply(ctx: Context, ...pieces: readonly Piece[]): Promise<void> {
  const { text, entities } = compose(pieces);
  await ctx.reply(text, { entities });
}
