import { GrammyError } from 'grammy';
import { type Backoff, backoffAfter } from '../../../shared/process/retry.ts';
import { isBotState, retryAfterMs } from '../classify.ts';
import { describeError, isForeign } from '../http.ts';

/** Longer than another program takes to poll again after its poll was ended, in seconds. */
const CONFLICT_PROBE_S = 5;
/** Half a minute at most, so that the end of a fault is noticed within one. */
const WAITS: Backoff = { firstMs: 500, longestMs: 30_000 };

/**
 * Why polls fail: `unreachable` Telegram did not answer, or not with the Bot API's JSON; `token` it refuses the token;
 * `address` it knows no bot at this address;
 * `conflict` another program polls with the same token; `webhook` another program set a webhook for the bot; `refused` it
 * answers with any other error.
 */
export type PollFaultKind = 'unreachable' | 'token' | 'address' | 'conflict' | 'webhook' | 'refused';

/** A fault as a person reads it. */
export interface PollFault {
  readonly kind: PollFaultKind;
  /** For the log and for `GET /health`. */
  readonly sentence: string;
}

/** A fault, and how the poll loop reacts to it. */
export interface PollReaction extends PollFault {
  /** Milliseconds until the next poll. */
  readonly waitMs: number;
  /**
   * Seconds that Telegram holds the next poll: 0, so that the end of the fault is noticed at once; more after a
   * conflict, which only a poll that lasts can notice.
   */
  readonly probeS: number;
}

/** Telegram refuses the token, which an administrator has to correct. */
export const TOKEN_REFUSED: PollFault = {
  kind: 'token',
  sentence: 'Telegram refuses the bot token: check TELEGRAM_BOT_TOKEN (a new one comes from @BotFather).',
};

const ADDRESS_UNKNOWN: PollFault = {
  kind: 'address',
  sentence:
    'The Bot API server does not know this address (404): check the path of TELEGRAM_API_ROOT, and that TELEGRAM_BOT_TOKEN is complete.',
};

const BOT_STATE: PollFault = {
  kind: 'refused',
  sentence:
    'Telegram has logged this bot out or frozen it. After a move to another Bot API server, set TELEGRAM_API_ROOT to that server, or wait ten minutes to return; for a frozen bot, write to @BotSupport.',
};

const CONFLICT: PollFault = {
  kind: 'conflict',
  sentence: 'Another program receives this bot’s updates: stop it, or give one of the two a token of its own.',
};

/**
 * Explains why a poll failed, and decides when to poll again.
 *
 * @param attempts polls that failed in a row before this one
 */
export function explainFault(error: unknown, attempts: number): PollReaction {
  const growing = backoffAfter(attempts + 1, WAITS) * (0.75 + Math.random() / 4);
  if (!(error instanceof GrammyError)) {
    const sentence = isForeign(error)
      ? `What answers at TELEGRAM_API_ROOT is no Bot API server (${describeError(error)}): check its host and path, and a proxy on the way.`
      : `Telegram is away: ${describeError(error)}.`;
    return { kind: 'unreachable', sentence, waitMs: growing, probeS: 0 };
  }
  const { error_code: code, parameters } = error;
  if (code === 401) return { ...TOKEN_REFUSED, waitMs: Math.max(growing, 5_000), probeS: 0 };
  if (code === 404) return { ...ADDRESS_UNKNOWN, waitMs: Math.max(growing, 5_000), probeS: 0 };
  if (isBotState(error)) return { ...BOT_STATE, waitMs: Math.max(growing, 5_000), probeS: 0 };
  if (code === 409) return { ...CONFLICT, waitMs: Math.max(growing, 3_000), probeS: CONFLICT_PROBE_S };
  const asked = code === 429 ? retryAfterMs(parameters.retry_after) : 0;
  const sentence = `Telegram answers polls with ${describeError(error)}.`;
  return { kind: 'refused', sentence, waitMs: Math.max(growing, asked), probeS: 0 };
}
