/**
 * Messages to a chat that did not ask for one, such as "unlinked".
 *
 * Promises: a notice is retried until Telegram accepts or refuses it, for a day at most, also while Telegram has not been
 * reached since the start; notices of one chat keep their order; one that is not delivered is named in the log. Notices
 * are kept in memory only.
 */
import type { Api } from 'grammy';
import { createKeyedMutex } from '../../../shared/process/keyed-mutex.ts';
import type { Log } from '../../../shared/process/log.ts';
import type { BackgroundTasks } from '../../scripts/background-tasks.ts';
import { callWithin } from '../../telegram/call.ts';
import { describeError } from '../../telegram/http.ts';
import { compose, type Piece } from '../reply.ts';
import { type FinalResult, retryUntilFinal } from './retry-until-final.ts';

/** @see createNotices */
export interface Notices {
  /** Sends a notice in the background. */
  send(chatId: number, ...pieces: readonly Piece[]): void;
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

/** Sends notices by the Bot API. */
export function createNotices({ api, turn, tasks, log }: NoticeParts): Notices {
  const inTurn = createKeyedMutex();

  function unsent(chatId: number, result: Exclude<FinalResult, 'accepted'>, reason?: string): void {
    log.warn({ chat_id: chatId, result, ...(reason === undefined ? {} : { err: reason }) }, 'A notice was not sent');
  }

  async function deliver(chatId: number, pieces: readonly Piece[]): Promise<void> {
    const { text, entities } = compose(pieces);
    let reason: string | undefined;
    const call = async () => {
      await turn(chatId);
      await callWithin(tasks.stopping, CALL_MS, (signal) => api.sendMessage(chatId, text, { entities }, signal)).catch(
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
    send(chatId, ...pieces) {
      if (tasks.stopping.aborted) return unsent(chatId, 'stopped');
      void tasks.start('notice', () => inTurn(String(chatId), () => deliver(chatId, pieces)));
    },
  };
}
