import { GrammyError, HttpError } from 'grammy';
import type { FailedOutcome, RetryOutcome } from '../../core/delivery/outcome.ts';
import { sentenceOf } from '../../core/problem.ts';
import { AnswerError, describeError, mayBeDone } from './http.ts';
import { type ChatKind, chatRefusal, refusesChat } from './sending/chat-refusal.ts';
import { UnreachableError } from './unreachable.ts';

/** A failed call: try again, give up, or use the group's new id. */
type Failure = RetryOutcome | FailedOutcome | { readonly kind: 'moved'; readonly chatId: number };

/** A file of the outbox does not exist any more. */
export class MissingFileError extends Error {
  constructor() {
    super('Its file is gone from the outbox.');
    this.name = 'MissingFileError';
  }
}

/** A file of the outbox has another size than the accepted one. */
export class DamagedFileError extends Error {
  constructor() {
    super('Its file in the outbox is damaged.');
    this.name = 'DamagedFileError';
  }
}

/**
 * Descriptions of a 400 that concern the bot itself: it was logged out, which lasts ten minutes after a move to another
 * server, or its account is frozen. `get_closing_error` and `fail_query_with_error` in tdlib/telegram-bot-api
 */
const BOT_STATE = /^Logged out|FROZEN_METHOD_INVALID/i;

/**
 * The description of a 500 for a message that arrived, and was deleted at once by somebody else, such as a bot against spam.
 * `delete_message` in tdlib/telegram-bot-api
 */
const WAS_SENT = /sent message was immediately deleted/i;

/** A limit on the bot that is told with 400, without a wait. https://core.telegram.org/method/messages.sendMessage */
const FLOODED = /\bPEER_FLOOD\b/i;
/** Milliseconds until the next try then. */
const FLOODED_MS = 300_000;

/** Whether a call was refused because of the bot's own state, whatever it asked for; 401 and 404 are not included. */
export function isBotState(error: GrammyError): boolean {
  return error.error_code === 400 && BOT_STATE.test(error.description);
}

/**
 * Statuses with which a gateway before the Bot API server refuses this request as it is, such as a file larger than its
 * own limit. Its other pages, such as 400 for the wrong port, 403 and 407, may concern every request.
 */
const REFUSING_PAGES = new Set([413, 414, 415]);

/** The status of a page with which a gateway refused a call as it is; `undefined` for any other error. */
export function refusingPage(error: unknown): number | undefined {
  const inner = error instanceof HttpError ? error.error : error;
  const status = inner instanceof AnswerError ? inner.status : undefined;
  return status !== undefined && REFUSING_PAGES.has(status) ? status : undefined;
}

const GATEWAY = 'a gateway before the Bot API server';

/** Why a gateway refused a file, as the end of a sentence. @param status of its page */
export const pageReason = (status: number): string =>
  status === 413 ? `it is larger than ${GATEWAY} takes (413)` : `${GATEWAY} refused it (${status})`;

/** The same for a whole message, with what helps. */
function pageSentence(status: number): string {
  if (status !== 413) return `A${GATEWAY.slice(1)} refuses this message (${status}); look into the log of the gateway.`;
  return `The message is larger than ${GATEWAY} takes (413); send a smaller file, or raise the limit of the gateway.`;
}

/** Milliseconds added to the wait that Telegram asks for, so that a small clock difference causes no second refusal. */
const RETRY_MARGIN_MS = 300;
/** The longest `retry_after` that is respected, and the wait where Telegram names none, in seconds. */
const LONGEST_RETRY_AFTER_S = 24 * 3600;
const DEFAULT_RETRY_AFTER_S = 5;

/**
 * Decides once what a failed call means: try again, or never.
 *
 * 429 names the wait; 5xx, timeouts and broken connections are temporary; 401 and 404 mean a wrong token, which a
 * person corrects; 403 and some 400 concern this chat; a few 400 concern the bot itself, and wait as 401 does; any other
 * 400 concerns this message.
 * https://core.telegram.org/bots/api#making-requests, https://core.telegram.org/api/errors
 */
export function classify(error: unknown, kind?: ChatKind): Failure {
  if (error instanceof GrammyError) return refusal(error, kind);
  const inner = error instanceof HttpError ? error.error : error;
  const unconfirmed = mayBeDone(inner) ? { unconfirmed: true } : {};
  if (inner instanceof DamagedFileError || inner instanceof MissingFileError)
    return { kind: 'failed', reason: inner.message };
  if (inner instanceof AnswerError) {
    const page = refusingPage(inner);
    if (page !== undefined) return { kind: 'failed', reason: pageSentence(page) };
    return { kind: 'retry', scope: 'server', reason: `${inner.message}.`, ...unconfirmed };
  }
  // Anything else is a file of the outbox that cannot be read now, which says nothing about the network.
  const scope = inner instanceof UnreachableError ? 'network' : 'server';
  return { kind: 'retry', scope, reason: `${sentenceOf(inner)}.`, ...unconfirmed };
}

/** The status with which the Bot API refused a call; `undefined` for a call that got no such answer. */
export function refusalStatus(error: unknown): number | undefined {
  return error instanceof GrammyError ? error.error_code : undefined;
}

/** The wait that a `retry_after` asks for, in milliseconds; five seconds where it is missing or not a number from 0. */
export function retryAfterMs(seconds: unknown): number {
  return (
    (typeof seconds === 'number' && seconds >= 0 ? Math.min(seconds, LONGEST_RETRY_AFTER_S) : DEFAULT_RETRY_AFTER_S) *
    1000
  );
}

function refusal(error: GrammyError, kind?: ChatKind): Failure {
  const { migrate_to_chat_id: movedTo, retry_after: after } = error.parameters;
  const reason = `Telegram: ${describeError(error)}`;
  if (movedTo !== undefined && Number.isSafeInteger(movedTo)) return { kind: 'moved', chatId: movedTo };
  if (error.error_code === 429) {
    return { kind: 'retry', scope: 'rate_limited', reason, after: retryAfterMs(after) + RETRY_MARGIN_MS };
  }
  if (error.error_code === 400 && FLOODED.test(error.description)) {
    return { kind: 'retry', scope: 'rate_limited', reason, after: FLOODED_MS };
  }
  if (error.error_code === 401 || error.error_code === 404 || isBotState(error))
    return { kind: 'retry', scope: 'token', reason };
  const ofChat = error.error_code === 403 || (error.error_code === 400 && refusesChat(error.description));
  if (ofChat)
    return { kind: 'failed', reason: chatRefusal(error.description, error.error_code, kind), unreachable: true };
  if (error.error_code === 400) return { kind: 'failed', reason, unreachable: false };
  if (error.error_code === 413) {
    const limit = `The message is larger than Telegram takes (${error.description}, 413)`;
    return { kind: 'failed', reason: `${limit}; send a smaller file, or the address of this one.` };
  }
  const unconfirmed = WAS_SENT.test(error.description) ? { unconfirmed: true } : {};
  return { kind: 'retry', scope: 'server', reason, ...unconfirmed };
}
