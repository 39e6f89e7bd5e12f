import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiCallFn, HttpError, type Transformer } from 'grammy';
import { withDeadline } from '../../shared/process/deadline.ts';

/** How often an answer is tried, and what it waits at most for Telegram's `retry_after`, in seconds. */
const TRIES = 4;
const LONGEST_RETRY_AFTER = 60;
/** A call that takes longer is broken off and tried again, in milliseconds. */
const CALL_MS = 30_000;

/** Which calls are messages to the rate limits. */
const MESSAGE = /^(send|edit)/;

/**
 * Repeats a command's answer that the network or a rate limit stopped. Waiting here holds up this chat alone.
 *
 * @param spent told of every message
 */
export function retryTransformer(spent: (chatId: number) => void): Transformer {
  return async (call, method, payload, signal) => {
    for (let tries = 1; ; tries += 1) {
      count(method, payload, spent);
      const answer = await attempt(call, method, payload, signal).catch((error: unknown) => {
        if (!(error instanceof HttpError) || tries >= TRIES) throw error;
        return undefined;
      });
      const wait = answer === undefined ? 500 * 2 ** tries : waitOf(answer);
      if (answer !== undefined && (wait === undefined || tries >= TRIES)) return answer;
      // Whoever gave the call up doesn't wait for another try.
      await sleep(wait ?? 0, undefined, signal === undefined ? {} : { signal: signal as unknown as AbortSignal });
    }
  };
}

function count(method: string, payload: object, spent: (chatId: number) => void): void {
  if (MESSAGE.test(method) && 'chat_id' in payload && typeof payload.chat_id === 'number') spent(payload.chat_id);
}

type Call = Parameters<Transformer>;

function attempt(call: Call[0], method: Call[1], payload: Call[2], given: Call[3]): ReturnType<ApiCallFn> {
  const parent = given as AbortSignal | undefined;
  return withDeadline(parent, CALL_MS, (signal) => call(method, payload, signal as unknown as Call[3]));
}

/** Milliseconds to wait before another try, or `undefined` when the answer is final. */
function waitOf(answer: Awaited<ReturnType<ApiCallFn>>): number | undefined {
  if (answer.ok) return undefined;
  if (answer.error_code >= 500) return 1000;
  const after = answer.parameters?.retry_after;
  if (answer.error_code !== 429 || after === undefined || after > LONGEST_RETRY_AFTER) return undefined;
  return after * 1000;
}
