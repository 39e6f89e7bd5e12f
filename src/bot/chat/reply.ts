import type { Context } from 'grammy';
import type { MessageEntity } from 'grammy/types';
import { stretchesOf } from '../../shared/text/domain-names.ts';
import type { Moment } from './format.ts';

/** A piece of a message: plain text, bold text, code, a block of code, or a moment. */
export type Piece = string | Moment | { readonly bold: string } | { readonly code: string } | { readonly pre: string };

function styled(piece: Exclude<Piece, string | Moment>): { type: 'bold' | 'code' | 'pre'; words: string } {
  if ('bold' in piece) return { type: 'bold', words: piece.bold };
  return 'code' in piece ? { type: 'code', words: piece.code } : { type: 'pre', words: piece.pre };
}

/** Names in plain words that become code; Telegram takes a hundred entities. */
const MOST_NAMES = 50;

/**
 * Joins pieces into text and entities, so that no name is taken for markup. In plain words the names of files and hosts are
 * code, so that Telegram makes no links of them.
 */
export function compose(pieces: readonly Piece[]): { text: string; entities: MessageEntity[] } {
  let text = '';
  let names = 0;
  const entities: MessageEntity[] = [];
  const add = (type: 'bold' | 'code' | 'pre', words: string) => {
    if (words !== '') entities.push({ type, offset: text.length, length: words.length });
    text += words;
  };
  for (const piece of pieces) {
    if (typeof piece !== 'string' && 'moment' in piece) {
      const { moment, format, words } = piece;
      const place = { offset: text.length, length: words.length };
      entities.push({ type: 'date_time', ...place, unix_time: moment, date_time_format: format as 'r' });
      text += words;
      continue;
    }
    if (typeof piece !== 'string') {
      const { type, words } = styled(piece);
      add(type, words);
      continue;
    }
    for (const { text: words, isName } of stretchesOf(piece)) {
      if (isName && names < MOST_NAMES) {
        names += 1;
        add('code', words);
      } else text += words;
    }
  }
  return { text, entities };
}

/** Answers in the chat of the update. */
export async function reply(ctx: Context, ...pieces: readonly Piece[]): Promise<void> {
  const { text, entities } = compose(pieces);
  await ctx.reply(text, { entities });
}
