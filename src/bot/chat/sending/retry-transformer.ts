import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiCallFn, HttpError, type Transformer } from 'grammy';
import { withDeadline } from '../../../shared/process/deadline.ts';

/** How often a call is made, and the longest `retry_after` of Telegram that is waited for, in seconds. */
const TRIES = 4;
const LONGEST_RETRY_AFTER = 60;
/** A call that takes longer is ended and made again, in milliseconds. */
const CALL_MS = 30_000;

/** The calls that count as messages against the rate limits. */
const MESSAGE = /^(send|edit)/;

/**
 * Repeats a call that the network or a rate limit stopped. Only the chat that waits for the answer is delayed.
 *
 * @param charge called for every message, since it counts against the chat's rate limit
 */
export function retryTransformer(charge: (chatId: number) => void): Transformer {
  return async (call, method, payload, signal) => {
    for (let tries = 1; ; tries += 1) {
      if (MESSAGE.test(method) && 'chat_id' in payload && typeof payload.chat_id === 'number') charge(payload.chat_id);
      const answer = await attempt(call, method, payload, signal).catch((error: unknown) => {
        if (!(error instanceof HttpError) || tries >= TRIES) throw error;
        return undefined;
      });
      const wait = answer === undefined ? 500 * 2 ** tries : waitOf(answer);
      if (answer !== undefined && (wait === undefined || tries >= TRIES)) return answer;
      // The caller's signal ends the wait as well.
      await sleep(wait ?? 0, undefined, signal === undefined ? {} : { signal: signal as unknown as AbortSignal });
    }
  };
}

type Call = Parameters<Transformer>;

function attempt(call: Call[0], method: Call[1], payload: Call[2], given: Call[3]): ReturnType<ApiCallFn> {
  const parent = given as AbortSignal | undefined;
  return withDeadline(parent, CALL_MS, (signal) => call(method, payload, signal as unknown as Call[3]));
}

/** Milliseconds to wait before the next try, or `undefined` when the answer is final. */
function waitOf(answer: Awaited<ReturnType<ApiCallFn>>): number | undefined {
  if (answer.ok) return undefined;
  if (answer.error_code >= 500) return 1000;
  const after = answer.parameters?.retry_after;
  if (answer.error_code !== 429 || after === undefined || after > LONGEST_RETRY_AFTER) return undefined;
  return after * 1000;
}
