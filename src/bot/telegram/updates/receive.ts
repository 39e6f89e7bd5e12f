/**
 * The poll loop: get, dispatch by chat, confirm.
 *
 * Promises: an update is confirmed only when it is done or stands in the journal, so a stop or a crash loses none; one
 * slow chat holds up nobody; a fault is said in plain words and the loop goes on by itself when it has passed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import { sentenceOf } from '../../../core/problem.ts';
import type { Log } from '../../../shared/process/log.ts';
import type { UpdateLog } from '../../../storage/files/update-log.ts';
import { callWithin, type Signal } from '../call.ts';
import { toldMs } from '../classify.ts';
import { AnswerError, describeError } from '../http.ts';
import { createDispatcher, keyOf } from './dispatch.ts';

/** Seconds that Telegram holds an empty poll. */
const LONG_POLL_S = 30;
/** Longer than another program takes to poll again after it was cut off, in seconds. */
const CONFLICT_PROBE_S = 5;
/** A call that takes longer is broken off, in milliseconds. */
const CALL_MS = 15_000;
const BAD_TOKEN = 'Telegram refuses the bot token: check TELEGRAM_BOT_TOKEN (a new one comes from @BotFather).';
/** How many update ids are remembered, to know one that comes twice. */
const REMEMBERED = 1000;

/** An empty answer that came faster than this, in milliseconds, is no long poll: the next one waits as long. */
const SHORTEST_POLL_MS = 500;
/**
 * Updates of one chat that wait at most. A person doesn't reach it; a program that floods a chat would otherwise fill
 * memory and journal while Telegram is slow to take the answers.
 */
const MOST_WAITING = 100;
const UNKEPT = 'The journal could not be written';

/** Why an update is not handled: the service ended three times while it was, or its chat sends too much. */
export type SkipReason = 'interrupted' | 'flood';

/** How receiving stands. */
export interface ReceiveState {
  /** When Telegram last answered a poll: Unix time in ms, and how long ago by a clock that nobody sets. */
  readonly lastPoll?: { readonly at: number; readonly agoMs: number };
  /** What is wrong, a sentence, and for how long. */
  readonly problem?: { readonly sentence: string; readonly forMs: number };
  readonly me?: UserFromGetMe;
  /** For how long the loop has been within one turn, ms: a poll, or a wait after a fault. */
  readonly turnMs: number;
}

/** What the loop works with. */
export interface ReceiveParts {
  readonly api: Api;
  readonly journal: UpdateLog<Update>;
  /** Handles one update; what it throws is logged. */
  readonly handle: (update: Update) => Promise<void>;
  /** Called in its place for one that is not handled: whoever sent it should hear of that. */
  readonly skip: (update: Update, why: SkipReason) => Promise<void>;
  /** Called once, when Telegram has said who the bot is, before the first update. */
  readonly identified: (me: UserFromGetMe) => Promise<void>;
  /** Called whenever Telegram answered. */
  readonly markOnline: () => void;
  readonly log: Log;
  readonly now: () => number;
  /** Milliseconds that nobody sets. */
  readonly clock: () => number;
}

/** @see createReceiver */
export interface Receiver {
  start(): void;
  /** Ends the poll, waits for what is under way, and confirms it. */
  stop(deadlineMs: number): Promise<void>;
  state(): ReceiveState;
  /** Another call was told that the token is not known; the next poll says whether it still is so. */
  refused(): void;
}

/** What to make of a fault. */
interface Fault {
  /** For the log and for health. */
  readonly sentence: string;
  readonly waitMs: number;
  /**
   * Seconds that the poll after it is held: none, so that an end of the fault is noticed at once, but for a second
   * poller, who is noticed only by a poll that lasts.
   */
  readonly probeS: number;
}

/** A fault in words, and how long to wait. @param attempts failed before this one */
export function explainFault(error: unknown, attempts: number): Fault {
  const growing = Math.min(30_000, 500 * 2 ** Math.min(attempts, 10)) * (0.75 + Math.random() / 4);
  if (!(error instanceof GrammyError)) {
    return { sentence: `Telegram is away: ${describeError(error)}.`, waitMs: growing, probeS: 0 };
  }
  const { error_code: code, parameters } = error;
  if (code === 401 || code === 404) {
    return { sentence: BAD_TOKEN, waitMs: Math.max(growing, 5_000), probeS: 0 };
  }
  if (code === 409) {
    const sentence = 'Another program receives this bot’s updates: stop it, or give one of the two a token of its own.';
    return { sentence, waitMs: Math.max(growing, 3_000), probeS: CONFLICT_PROBE_S };
  }
  const asked = code === 429 ? toldMs(parameters.retry_after) : 0;
  const sentence = `Telegram answers polls with ${describeError(error)}.`;
  return { sentence, waitMs: Math.max(growing, asked), probeS: 0 };
}

function requireIdentity(found: unknown): void {
  const { id, username } = typeof found === 'object' && found !== null ? (found as Partial<UserFromGetMe>) : {};
  if (typeof id === 'number' && typeof username === 'string') return;
  throw new AnswerError('it says who the bot is in a way that is not the Bot API’s');
}

/** Any other number would, as the next poll's offset, end the receiving for good. */
function isUpdate(update: unknown): update is Update {
  if (typeof update !== 'object' || update === null || !('update_id' in update)) return false;
  return Number.isSafeInteger(update.update_id) && Number(update.update_id) >= 0;
}

function requireUpdates(updates: readonly unknown[]): void {
  if (Array.isArray(updates) && (updates.length === 0 || updates.some(isUpdate))) return;
  throw new AnswerError('it answers polls with something that is not a list of updates');
}

/** The poll loop over a journal; `start` begins it. */
export function createReceiver(parts: ReceiveParts): Receiver {
  const { api, journal, identified, markOnline, log, now, clock } = parts;
  const ending = new AbortController();
  const seen = new Set<number>();
  const passed = new Map<number, SkipReason>();
  let running: Promise<void> = Promise.resolve();
  let offset = 0;
  let confirmed = 0;
  let attempts = 0;
  let holdS = LONG_POLL_S;
  let lastPoll: { readonly at: number; readonly by: number } | undefined;
  let problem: { readonly sentence: string; readonly since: number } | undefined;
  let me: UserFromGetMe | undefined;
  let turnedAt = clock();

  const dispatcher = createDispatcher(async (update) => {
    try {
      const why = passed.get(update.update_id);
      await (why === undefined ? parts.handle(update) : parts.skip(update, why));
    } catch (error) {
      log.error({ update_id: update.update_id, err: describeError(error) }, 'An update could not be handled');
    }
    passed.delete(update.update_id);
    journal.done(update.update_id);
    // Not waited for: an update that comes twice after a crash is better than a slower answer.
    journal.keep().catch((error: unknown) => log.warn({ err: sentenceOf(error) }, UNKEPT));
  });

  const pause = (ms: number) => sleep(ms, undefined, { signal: ending.signal }).catch(() => {});

  /** @returns whether it is a new one */
  function take(update: Update): boolean {
    if (seen.has(update.update_id)) return false;
    seen.add(update.update_id);
    if (seen.size > REMEMBERED) {
      for (const id of seen) {
        seen.delete(id);
        if (seen.size <= REMEMBERED / 2) break;
      }
    }
    const waiting = dispatcher.waiting(update);
    if (waiting > MOST_WAITING) return true;
    if (waiting === MOST_WAITING) {
      log.warn({ chat_id: keyOf(update) }, 'A chat sends more than is answered; what comes on top is passed over');
      passed.set(update.update_id, 'flood');
    }
    journal.add(update);
    dispatcher.dispatch(update);
    return true;
  }

  function recovered(): void {
    if (problem !== undefined) log.info({}, 'Telegram answers again');
    problem = undefined;
    attempts = 0;
    holdS = LONG_POLL_S;
    lastPoll = { at: now(), by: clock() };
    markOnline();
  }

  function inTrouble(sentence: string): void {
    problem = { sentence, since: problem?.since ?? clock() };
  }

  async function failed(error: unknown): Promise<void> {
    if (ending.signal.aborted) return;
    const { sentence, waitMs, probeS } = explainFault(error, attempts);
    holdS = probeS;
    attempts += 1;
    if (problem?.sentence !== sentence) log.warn({ wait_ms: Math.round(waitMs) }, sentence);
    inTrouble(sentence);
    await pause(waitMs);
  }

  function limited<T>(ms: number, call: (signal: Signal) => Promise<T>): Promise<T> {
    return callWithin(ending.signal, ms, call);
  }

  async function identify(): Promise<void> {
    const found = await limited(CALL_MS, (signal) => api.getMe(signal));
    requireIdentity(found);
    // A webhook left by another program would answer every poll with 409.
    await limited(CALL_MS, (signal) => api.deleteWebhook({ drop_pending_updates: false }, signal));
    const { updates, givenUp } = await journal.open(found.id);
    for (const sentence of await journal.putAside()) log.error({}, sentence);
    for (const { update_id } of givenUp) {
      passed.set(update_id, 'interrupted');
      log.error({ update_id }, 'The service ended three times while it handled an update, which is passed over now');
    }
    await journal.keep().catch((error: unknown) => log.warn({ err: sentenceOf(error) }, UNKEPT));
    await identified(found);
    me = found;
    recovered();
    for (const update of [...givenUp, ...updates]) take(update);
  }

  async function poll(): Promise<void> {
    const held = holdS;
    const allowed = ['message', 'callback_query', 'my_chat_member'] as const;
    const asked = { offset, limit: 100, timeout: held, allowed_updates: allowed };
    const began = performance.now();
    const updates = await limited(held * 1000 + CALL_MS, (signal) => api.getUpdates(asked, signal));
    requireUpdates(updates);
    confirmed = offset;
    recovered();
    let fresh = false;
    for (const update of updates) {
      if (!isUpdate(update)) continue;
      fresh = take(update) || fresh;
      offset = Math.max(offset, update.update_id + 1);
    }
    if (!fresh && held > 0 && performance.now() - began < SHORTEST_POLL_MS) await pause(SHORTEST_POLL_MS);
    if (journal.size() === 0) return;
    await journal.keep().catch(async (error: unknown) => {
      log.warn({ err: sentenceOf(error) }, `${UNKEPT}; waiting for what is under way instead`);
      await dispatcher.idle();
    });
  }

  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      turnedAt = clock();
      try {
        await (me === undefined ? identify() : poll());
      } catch (error) {
        await failed(error);
      }
    }
  }

  return {
    start() {
      running = loop();
    },
    async stop(deadlineMs) {
      ending.abort();
      const overdue = new AbortController();
      const deadline = sleep(deadlineMs, undefined, { signal: overdue.signal }).catch(() => {});
      await Promise.race([running.then(() => dispatcher.idle()), deadline]);
      overdue.abort();
      if (offset <= confirmed || me === undefined) return;
      // What is neither done nor in the journal comes again after the next start.
      const safe = await journal.keep().then(
        () => true,
        () => journal.size() === 0,
      );
      if (!safe) return;
      const signal = AbortSignal.timeout(1500) as Signal;
      await api.getUpdates({ offset, limit: 1, timeout: 0 }, signal).catch(() => {});
    },
    refused() {
      if (problem?.sentence === BAD_TOKEN) return;
      log.warn({}, BAD_TOKEN);
      inTrouble(BAD_TOKEN);
    },
    state: () => ({
      ...(lastPoll === undefined ? {} : { lastPoll: { at: lastPoll.at, agoMs: clock() - lastPoll.by } }),
      ...(problem === undefined ? {} : { problem: { sentence: problem.sentence, forMs: clock() - problem.since } }),
      ...(me === undefined ? {} : { me }),
      turnMs: clock() - turnedAt,
    }),
  };
}
