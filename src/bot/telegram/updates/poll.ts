/**
 * The poll loop, a source of updates: get, hand on, confirm.
 *
 * Promises: an update is confirmed to Telegram only when it is durable or done, so a stop or a crash loses none; a fault
 * is explained in the log, and the loop goes on by itself when the fault is over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import type { Log } from '../../../shared/process/log.ts';
import { callWithin, type Signal } from '../call.ts';
import { AnswerError } from '../http.ts';
import { requireIdentity, updatesIn } from './answer-checks.ts';
import type { TelegramUpdate } from './consumer.ts';
import type { Distributor } from './distributor.ts';
import { explainFault, type PollReaction } from './fault.ts';
import type { PollStatus } from './poll-status.ts';
import { createWebhookRemoval } from './webhook.ts';

/** Seconds that Telegram holds a poll for which it has no update. */
const LONG_POLL_S = 30;
/** A call that takes longer is ended, in milliseconds. */
const CALL_MS = 15_000;
/** An empty answer that came faster than this, in milliseconds, is no long poll: the next one waits as long. */
const SHORTEST_POLL_MS = 500;
/** How long the loop waits before it looks again whether the consumers are done with some of very many updates, ms. */
const FULL_WAIT_MS = 200;
/** Answers in a row that hold only updates which were taken before; more than these are a fault of the server. */
const MOST_REPEATS = 10;
/** The last confirmation at a stop may take this long, in milliseconds, out of the time of the stop. */
const CONFIRM_MS = 1000;
/** The kinds of updates that the consumers handle. In groups only an administrator gets reactions. */
const KINDS = [
  'message',
  'channel_post',
  'callback_query',
  'message_reaction',
  'my_chat_member',
  'stopped_message_generation',
] as const;

/** What the loop needs. */
export interface PollParts {
  readonly api: Api;
  readonly distributor: Distributor;
  readonly status: PollStatus;
  /** Called once, when Telegram has identified the bot, before the first update is handled. */
  readonly identified: (me: UserFromGetMe) => Promise<void>;
  /** Called each time Telegram answered a poll. */
  readonly online: () => void;
  /** Ends the loop; what is under way goes on until `stop`. */
  readonly stopping: AbortSignal;
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => number;
  readonly log: Log;
}

/** @see createPoll */
export interface Poll {
  run(): void;
  /** Ends the loop, waits for the updates under way, and confirms them. @param deadlineMs milliseconds it may take */
  stop(deadlineMs: number): Promise<void>;
}

/**
 * The offset that confirms an answer. Ids rise within an answer, but not for ever: after a week without updates, or with
 * another Bot API server, Telegram draws a new first id, which is often lower.
 * https://core.telegram.org/bots/api#update
 */
function nextOffset(updates: readonly TelegramUpdate[], offset: number): number {
  return updates.length === 0 ? offset : Math.max(...updates.map(({ update_id }) => update_id)) + 1;
}

/** Creates the loop; `run` begins it. */
export function createPoll(parts: PollParts): Poll {
  const { api, distributor, status, identified, online, stopping, log } = parts;
  const webhooks = createWebhookRemoval(api, parts.clock);
  const ending = new AbortController();
  stopping.addEventListener('abort', () => ending.abort(), { once: true });
  let running: Promise<void> = Promise.resolve();
  let offset = 0;
  let confirmed = 0;
  let known = false;
  let attempts = 0;
  let repeats = 0;
  let holdS = LONG_POLL_S;

  const pause = (ms: number) => sleep(ms, undefined, { signal: ending.signal }).catch(() => {});

  function limited<T>(ms: number, call: (signal: Signal) => Promise<T>): Promise<T> {
    return callWithin(ending.signal, ms, call);
  }

  function succeeded(): void {
    attempts = 0;
    holdS = LONG_POLL_S;
    status.succeeded();
    online();
  }

  /** Explains a failed poll; a conflict may be another program's poll or its webhook, which is removed. */
  async function explain(error: unknown): Promise<PollReaction> {
    const fault = explainFault(error, attempts);
    if (!(error instanceof GrammyError) || error.error_code !== 409) return fault;
    const webhook = await webhooks.remove((call) => limited(CALL_MS, call)).catch(() => undefined);
    return webhook ?? fault;
  }

  async function failed(error: unknown): Promise<void> {
    if (ending.signal.aborted) return;
    const fault = await explain(error);
    holdS = fault.probeS;
    attempts += 1;
    if (status.read().problem?.sentence !== fault.sentence) {
      log.warn({ wait_ms: Math.round(fault.waitMs) }, fault.sentence);
    }
    status.failed(fault);
    await pause(fault.waitMs);
  }

  async function identify(): Promise<void> {
    const me = await limited(CALL_MS, (signal) => api.getMe(signal));
    requireIdentity(me);
    // A webhook that another program left would answer every poll with 409.
    await limited(CALL_MS, (signal) => api.deleteWebhook({ drop_pending_updates: false }, signal));
    await identified(me);
    known = true;
    status.identified(me);
    succeeded();
  }

  async function poll(): Promise<void> {
    const held = holdS;
    const asked = { offset, limit: 100, timeout: held, allowed_updates: KINDS };
    const began = performance.now();
    const updates = updatesIn(await limited(held * 1000 + CALL_MS, (signal) => api.getUpdates(asked, signal)));
    confirmed = offset;
    const { anyNew, confirmable } = distributor.take(updates);
    offset = nextOffset(updates, offset);
    repeats = anyNew || updates.length === 0 ? 0 : repeats + 1;
    if (repeats > MOST_REPEATS) throw new AnswerError('it sends updates again that were confirmed');
    succeeded();
    if (!anyNew && held > 0 && performance.now() - began < SHORTEST_POLL_MS) await pause(SHORTEST_POLL_MS);
    await confirmable;
  }

  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      status.turned();
      if (!distributor.hasRoom()) {
        await pause(FULL_WAIT_MS);
        continue;
      }
      try {
        await (known ? poll() : identify());
      } catch (error) {
        await failed(error);
      }
    }
  }

  /** Confirms what is durable or done; what is neither comes again after the next start. */
  async function confirm(ms: number): Promise<void> {
    // Also without anything to confirm: after the stop another process may write the log of updates.
    const safe = await distributor.settle();
    if (!safe || offset === confirmed) return;
    const signal = AbortSignal.timeout(ms) as Signal;
    await api.getUpdates({ offset, limit: 1, timeout: 0 }, signal).catch(() => {});
  }

  return {
    run() {
      running = loop();
    },
    async stop(deadlineMs) {
      ending.abort();
      const confirmMs = Math.min(CONFIRM_MS, Math.ceil(deadlineMs / 3));
      const over = new AbortController();
      const deadline = sleep(deadlineMs - confirmMs, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([running.then(() => distributor.idle()), deadline]);
      over.abort();
      await confirm(confirmMs);
    },
  };
}
