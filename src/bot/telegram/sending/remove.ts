/** Deletes messages that were sent. */
import { type Api, GrammyError } from 'grammy';
import { callWithin } from '../call.ts';
import { classify } from '../classify.ts';
import { describeError } from '../http.ts';
import { deletionRefusal } from './refusal.ts';

/** What became of a message that should be deleted: it is gone, it stays, or Telegram could not be asked. */
export type Removal =
  | { readonly kind: 'removed' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Deletes one message of a chat. Never throws for what happens at Telegram. */
export type RemoveMessage = (chatId: number, messageId: number, signal: AbortSignal) => Promise<Removal>;

/** Milliseconds for a call. */
const CALL_MS = 30_000;

const TOO_OLD = 'Telegram lets a bot delete its messages for 48 hours only.';

/** Makes the function that deletes messages. */
export function createRemove(api: Api): RemoveMessage {
  return async (chatId, messageId, signal) => {
    try {
      await callWithin(signal, CALL_MS, (own) => api.deleteMessage(chatId, messageId, own));
      return { kind: 'removed' };
    } catch (error) {
      const refusal = error instanceof GrammyError ? deletionRefusal(error) : undefined;
      if (refusal === 'gone') return { kind: 'removed' };
      if (refusal === 'too_old') return { kind: 'refused', reason: TOO_OLD };
      const failure = classify(error);
      if (failure.kind === 'failed') return { kind: 'refused', reason: failure.reason };
      return { kind: 'unreachable', reason: failure.kind === 'retry' ? failure.reason : describeError(error) };
    }
  };
}
