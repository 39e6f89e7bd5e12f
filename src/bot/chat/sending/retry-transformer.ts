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

/**
 * Repeats a call that the network or a rate limit stopped. Only the chat that waits for the answer is delayed.
 *
 * @param charge called for every message, since it counts against the chat's rate limit
 */
export function retryTransformer(charge: (chatId: number) => void): Transformer {
  return async (call, method, payload, signal) => {
    const stopping = signal as unknown as AbortSignal | undefined;
    let unconfirmed = 0;
    for await (const attempt of attempts(POLICY, stopping)) {
      if (MESSAGE.test(method) && 'chat_id' in payload && typeof payload.chat_id === 'number') charge(payload.chat_id);
      const answer = await callOnce(call, method, payload, stopping).catch((error: unknown) => {
        if (!(error instanceof HttpError) || attempt.isLast) throw error;
        if (method.startsWith('send') && mayBeDone(error)) unconfirmed += 1;
        if (unconfirmed > MOST_UNCONFIRMED) throw error;
        return undefined;
      });
      if (answer === undefined) continue;
      const wait = waitOf(answer);
      if (wait === undefined || attempt.isLast) return answer;
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

/** Milliseconds to wait before the next try, or `undefined` when the answer is final. */
function waitOf(answer: Awaited<ReturnType<ApiCallFn>>): number | undefined {
  if (answer.ok) return undefined;
  if (answer.error_code >= 500) return SERVER_FAULT_MS;
  const after = answer.parameters?.retry_after;
  if (answer.error_code !== 429 || after === undefined || after > LONGEST_RETRY_AFTER) return undefined;
  return after * 1000;
}
