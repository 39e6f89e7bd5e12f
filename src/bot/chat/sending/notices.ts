/**
 * Messages to a chat that did not ask for one, such as "unlinked".
 *
 * Promises: a notice is retried until Telegram accepts or refuses it, for a day at most, also while Telegram has not been
 * reached since the start; notices of one chat keep their order; one that is not delivered is named in the log. Notices
 * are kept in memory only, a bounded number of one chat and of all: beyond it the newest is left out.
 */
import { Api } from 'grammy';
import { createKeyedMutex } from '../../../shared/process/keyed-mutex.ts';
import type { Log } from '../../../shared/process/log.ts';
import type { Chat } from '../../../storage/ports.ts';
import type { BackgroundTasks } from '../../scripts/background-tasks.ts';
import { callWithin } from '../../telegram/call.ts';
import { describeError } from '../../telegram/http.ts';
import { inThread } from '../chat-of.ts';
import { compose, type Piece } from '../reply.ts';
import { type FinalResult, retryUntilFinal } from './retry-until-final.ts';
import { topicFallback } from './topic-fallback.ts';

/** Where a notice goes. */
export type NoticePlace = Pick<Chat, 'id' | 'threadId'>;

/** @see createNotices */
export interface Notices {
  /** Sends a notice in the background, into the chat's topic where it names one. */
  send(chat: NoticePlace, ...pieces: readonly Piece[]): void;
}

/** What notices need. */
export interface NoticeParts {
  /** Calls made with it are not repeated by themselves. */
  readonly api: Api;
  /** Waits until a message may go to a chat, and counts it. */
  readonly turn: (chatId: number) => Promise<void>;
  readonly tasks: BackgroundTasks;
  readonly log: Log;
}

/** A call that takes longer is ended and made again, in milliseconds. */
const CALL_MS = 30_000;

/** Notices that wait or are being sent, of one chat and of all. A chat gets one for each link that is made or ended. */
const MOST_OF_CHAT = 20;
const MOST = 1000;

/** Counts what waits, of each chat and of all. */
function createCounter() {
  const chats = new Map<number, number>();
  let total = 0;
  return {
    /** @returns whether there was room */
    add(chatId: number): boolean {
      const own = chats.get(chatId) ?? 0;
      if (own >= MOST_OF_CHAT || total >= MOST) return false;
      chats.set(chatId, own + 1);
      total += 1;
      return true;
    },
    remove(chatId: number): void {
      const left = (chats.get(chatId) ?? 1) - 1;
      if (left > 0) chats.set(chatId, left);
      else chats.delete(chatId);
      total -= 1;
    },
  };
}

/** Sends notices by the Bot API. */
export function createNotices({ api, turn, tasks, log }: NoticeParts): Notices {
  const inTurn = createKeyedMutex();
  const own = new Api(api.token, api.options);
  own.config.use(...api.config.installedTransformers(), topicFallback);
  const waiting = createCounter();

  function unsent(chatId: number, result: Exclude<FinalResult, 'accepted'> | 'too_many', reason?: string): void {
    log.warn({ chat_id: chatId, result, ...(reason === undefined ? {} : { err: reason }) }, 'A notice was not sent');
  }

  async function deliver({ id: chatId, threadId }: NoticePlace, pieces: readonly Piece[]): Promise<void> {
    const { text, entities } = compose(pieces);
    const options = { entities, ...inThread(threadId) };
    let reason: string | undefined;
    const call = async () => {
      await turn(chatId);
      await callWithin(tasks.stopping, CALL_MS, (signal) => own.sendMessage(chatId, text, options, signal)).catch(
        (error: unknown) => {
          reason = describeError(error);
          throw error;
        },
      );
    };
    const late = async () => log.warn({ chat_id: chatId, err: reason }, 'A notice could not be sent yet');
    const result = await retryUntilFinal(call, tasks.stopping, late);
    if (result !== 'accepted') unsent(chatId, result, reason);
  }

  return {
    send(chat, ...pieces) {
      const { id: chatId } = chat;
      if (tasks.stopping.aborted) return unsent(chatId, 'stopped');
      if (!waiting.add(chatId)) return unsent(chatId, 'too_many');
      void tasks
        .start('notice', () => inTurn(String(chatId), () => deliver(chat, pieces)))
        .finally(() => waiting.remove(chatId));
    },
  };
}
