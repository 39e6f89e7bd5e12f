import { type ApiCallFn, HttpError, type Transformer } from 'grammy';
import { withDeadline } from '../../../shared/process/deadline.ts';
import { attempts } from '../../../shared/process/retry.ts';
import { mayBeDone } from '../../telegram/http.ts';

/** After a call that got no answer. */
const POLICY = { firstMs: 1000, longestMs: 4000, tries: 4 };
/** The wait after an answer that Telegram has a fault of its own, in milliseconds. */
const SERVER_FAULT_MS = 1000;
/** The longest `retry_after` of Telegram that is waited for, in seconds. */
const LONGEST_RETRY_AFTER = 60;
/** A call that takes longer is ended and made again, in milliseconds. */
const CALL_MS = 30_000;

/** Further tries of a message that Telegram may have sent, since its answer was lost. */
const MOST_UNCONFIRMED = 1;

/** The calls that count as messages against the rate limits. */
const MESSAGE = /^(send|edit)/;

/** What answers wait for. */
export interface AnswerParts {
  /** Waits until a message or an edit may go to a chat, and counts it. */
  readonly turn: (chatId: number) => Promise<void>;
  readonly isLinked: (chatId: number) => Promise<boolean>;
}

/** The chat that a call sends a message to, or edits one in. */
function chatOf(method: Call[1], payload: Call[2]): number | undefined {
  const isMessage = MESSAGE.test(method) && 'chat_id' in payload && typeof payload.chat_id === 'number';
  return isMessage ? (payload.chat_id as number) : undefined;
}

/**
 * Lets messages wait for their turn, and repeats a call that the network or a rate limit stopped; after a rate limit only
 * for a linked chat. Only the chat that waits for the answer is delayed.
 */
export function retryTransformer({ turn, isLinked }: AnswerParts): Transformer {
  return async (call, method, payload, signal) => {
    const stopping = signal as unknown as AbortSignal | undefined;
    const chatId = chatOf(method, payload);
    let unconfirmed = 0;
    for await (const attempt of attempts(POLICY, stopping)) {
      if (chatId !== undefined) await turn(chatId);
      const answer = await callOnce(call, method, payload, stopping).catch((error: unknown) => {
        if (!(error instanceof HttpError) || attempt.isLast) throw error;
        if (method.startsWith('send') && mayBeDone(error)) unconfirmed += 1;
        if (unconfirmed > MOST_UNCONFIRMED) throw error;
        return undefined;
      });
      if (answer === undefined) continue;
      const wait = waitOf(answer);
      if (wait === undefined || attempt.isLast) return answer;
      if (isRateLimit(answer) && chatId !== undefined && !(await isLinked(chatId))) return answer;
      attempt.wait(wait);
    }
    // The caller gave the call up.
    throw stopping?.reason ?? new DOMException('The call was ended.', 'AbortError');
  };
}

type Call = Parameters<Transformer>;

function callOnce(
  call: Call[0],
  method: Call[1],
  payload: Call[2],
  stopping: AbortSignal | undefined,
): ReturnType<ApiCallFn> {
  return withDeadline(stopping, CALL_MS, (signal) => call(method, payload, signal as unknown as Call[3]));
}

const isRateLimit = (answer: Awaited<ReturnType<ApiCallFn>>) => !answer.ok && answer.error_code === 429;

/** Milliseconds to wait before the next try, or `undefined` when the answer is final. */
function waitOf(answer: Awaited<ReturnType<ApiCallFn>>): number | undefined {
  if (answer.ok) return undefined;
  if (answer.error_code >= 500) return SERVER_FAULT_MS;
  const after = answer.parameters?.retry_after;
  if (answer.error_code !== 429 || after === undefined || after > LONGEST_RETRY_AFTER) return undefined;
  return after * 1000;
}
