import { setMaxListeners } from 'node:events';
import type { Delivery, Outcome, SpooledFile } from '../core/delivery.ts';
import { errnoOf, sentenceOf } from '../core/problem.ts';
import type { Log } from '../shared/process/log.ts';
import type { Spool } from '../storage/files/spool.ts';
import { backoff, createCrowdWatch, isOver, triedFor } from './retry-policy.ts';
import type { Schedule } from './schedule.ts';

/** Makes one call to the far side and says what came of it; never throws for what the far side does. */
export type Send<P> = (
  part: P,
  to: { chatId: number; files: readonly (SpooledFile & { path: string })[]; signal: AbortSignal },
) => Promise<Outcome>;

/** What the worker tells while it works. */
export interface WorkerEvents<P> {
  /** Asked before each step: a reason not to send after all, or nothing. */
  precheck(delivery: Delivery<P>, chatId: number): Promise<string | undefined>;
  /** Done: recorded and removed before this is called. */
  sent(delivery: Delivery<P>): void;
  retrying(delivery: Delivery<P>, reason: string, waitMs: number): void;
  failed(delivery: Delivery<P>, reason: string, unreachable: boolean): Promise<void>;
  corrupt(name: string, reason: string): void;
  moved(from: number, to: number): Promise<void>;
  /** Keeps a line of the history. */
  record(delivery: Delivery<P>, status: 'sent' | 'failed', error?: string): Promise<void>;
}

/** What the worker works with. */
export interface WorkerParts<P> {
  readonly schedule: Schedule;
  readonly spool: Spool<P>;
  readonly send: Send<P>;
  readonly events: WorkerEvents<P>;
  readonly log: Log;
  /** Milliseconds; never goes back. */
  readonly clock: () => number;
  /** Milliseconds since the epoch, for what is written down. */
  readonly now: () => number;
  /** Calls under way at most. */
  readonly parallel: number;
}

/** @see createWorker */
export interface Worker {
  /** Looks at the schedule again, after something was added or a chat was freed. */
  wake(): void;
  /** The far side answered somebody: what waits for that goes now. */
  markOnline(): void;
  /** Starts nothing more; resolves when nothing is under way, breaking calls off after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

type Retry = Outcome & { readonly kind: 'retry' };

/** What a stop grants to calls that were broken off, in milliseconds. */
const LAST_MOMENT_MS = 500;

/** Whether a file could not be read for a reason that is this process's, not the file's. */
function isPassing(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOMEM'].includes(errnoOf(error) ?? '');
}

/** The far side's names of a delivery's files, with some more. */
function withNames({ files, file_ids: known }: Delivery<unknown>, more: ReadonlyMap<number, string>) {
  return files.map((_, place) => more.get(place) ?? known?.[place] ?? null);
}

/** The loop that takes what the schedule allows, sends it, and acts on what came of it. */
export function createWorker<P>({ schedule, spool, send, events, log, clock, now, parallel }: WorkerParts<P>): Worker {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const underWay = new Set<Promise<void>>();
  /** State newer than the file's: what is under way and could not be stored, or need not be read again. */
  const newer = new Map<string, Delivery<P>>();
  /** What stands in the history already, should the step after that have to be repeated. */
  const recorded = new Set<string>();
  const crowded = createCrowdWatch();
  let stopping = false;
  let offline = false;
  /** When the far side last answered anything. */
  let answeredAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    while (!stopping && underWay.size < parallel) {
      const at = clock();
      const next = schedule.next(at);
      if (next.kind === 'idle') return;
      if (next.kind === 'wait') {
        timer = setTimeout(wake, Math.min(60_000, Math.max(1, Math.ceil(next.until - at))));
        return;
      }
      const task: Promise<void> = step(next.chatId, next.item.delivery, next.item)
        .catch((error: unknown) => {
          log.error({ err: sentenceOf(error), delivery: next.item.delivery }, 'A delivery could not be handled');
          schedule.again(next.chatId, clock(), clock() + 10_000);
        })
        .finally(() => {
          underWay.delete(task);
          wake();
        });
      underWay.add(task);
    }
  }

  function markOnline(): void {
    answeredAt = clock();
    if (!offline) return;
    offline = false;
    schedule.markOnline(clock());
    wake();
  }

  /** Reads what is to be sent; `undefined` when it can't be and has been put aside. */
  async function load(chatId: number, name: string): Promise<Delivery<P> | undefined> {
    const known = newer.get(name);
    if (known !== undefined) return known;
    try {
      return await spool.get(name);
    } catch (error) {
      if (isPassing(error)) throw error;
      const gone = errnoOf(error) === 'ENOENT';
      if (!gone) await spool.quarantine(name);
      schedule.finish(chatId, clock());
      events.corrupt(name, gone ? 'its file is gone' : sentenceOf(error));
      return undefined;
    }
  }

  async function step(chatId: number, name: string, item: { cost: number }): Promise<void> {
    const delivery = await load(chatId, name);
    if (delivery === undefined) return;
    if (delivery.failed_at !== undefined) return giveUp(delivery, chatId, delivery.last_error ?? 'It failed.', false);
    const current = delivery.steps[delivery.done];
    if (current === undefined) return complete(delivery, chatId);
    const veto = await events.precheck(delivery, chatId);
    if (veto !== undefined) return giveUp(delivery, chatId, veto, false);
    const begun = clock();
    const files = delivery.files.map((file) => ({ ...file, path: spool.pathOf(file) }));
    const outcome = await send(current.part, { chatId, files, signal: abort.signal });
    if (outcome.kind !== 'retry' || outcome.scope === 'rate_limited') markOnline();
    switch (outcome.kind) {
      case 'sent':
        return advance(delivery, chatId, outcome, item);
      case 'failed':
        return giveUp(
          { ...delivery, attempts: delivery.attempts + 1 },
          chatId,
          outcome.reason,
          outcome.unreachable ?? false,
        );
      case 'moved':
        // Where this fails, the next message finds the old id again, and is told the new one again.
        await events.moved(chatId, outcome.chatId).catch((error: unknown) => log.warn({}, sentenceOf(error)));
        schedule.again(chatId, clock(), clock());
        schedule.move(chatId, outcome.chatId, clock());
        newer.set(name, { ...delivery, chat_id: outcome.chatId });
        return;
      case 'retry':
        return retry(delivery, chatId, outcome, begun);
    }
  }

  async function advance(
    old: Delivery<P>,
    chatId: number,
    outcome: Outcome & { readonly kind: 'sent' },
    item: { cost: number },
  ): Promise<void> {
    const { tried_at: _, tried_ms: __, last_error: ___, ...rest } = old;
    const next = old.steps[old.done + 1];
    const delivery: Delivery<P> = {
      ...rest,
      chat_id: chatId,
      done: old.done + 1,
      // Of the last step the history tells.
      attempts: next === undefined ? old.attempts : 0,
      message_ids: [...old.message_ids, ...outcome.messageIds],
      ...(outcome.fileIds === undefined ? {} : { file_ids: withNames(old, outcome.fileIds) }),
    };
    if (next === undefined) return complete(delivery, chatId);
    newer.set(delivery.delivery, delivery);
    // Stored, so that a crash between two parts doesn't send the first one twice.
    await store(delivery);
    item.cost = next.cost;
    schedule.again(chatId, clock(), clock());
  }

  async function complete(delivery: Delivery<P>, chatId: number): Promise<void> {
    // From here on it must not be sent again, even if the disk refuses what follows and this is tried once more.
    newer.set(delivery.delivery, delivery);
    await recordOnce(delivery, 'sent').catch((error: unknown) => {
      // The message is with its reader; keeping the file for want of a line would send it again.
      log.error({ err: sentenceOf(error), delivery: delivery.delivery }, 'The history could not be written');
    });
    await spool.remove(delivery);
    forget(delivery.delivery);
    schedule.finish(chatId, clock());
    events.sent(delivery);
  }

  async function recordOnce(delivery: Delivery<P>, status: 'sent' | 'failed', reason?: string): Promise<void> {
    if (recorded.has(delivery.delivery)) return;
    await events.record(delivery, status, reason);
    recorded.add(delivery.delivery);
  }

  function forget(name: string): void {
    newer.delete(name);
    recorded.delete(name);
  }

  async function giveUp(old: Delivery<P>, chatId: number, reason: string, unreachable: boolean): Promise<void> {
    const delivery: Delivery<P> = {
      ...old,
      chat_id: chatId,
      last_error: reason,
      failed_at: new Date(now()).toISOString(),
    };
    newer.set(delivery.delivery, delivery);
    await recordOnce(delivery, 'failed', reason);
    await spool.fail(delivery);
    forget(delivery.delivery);
    schedule.finish(chatId, clock());
    // Not waited for: the delivery is settled, and a lock that somebody holds must not hold the chat.
    events.failed(delivery, reason, unreachable).catch((error: unknown) => log.warn({}, sentenceOf(error)));
  }

  async function retry(old: Delivery<P>, chatId: number, outcome: Retry, begun: number): Promise<void> {
    if (abort.signal.aborted) return schedule.again(chatId, clock(), clock());
    const { scope, reason } = outcome;
    const counts = scope === 'network' || scope === 'server';
    const tried = counts ? triedFor(old.tried_ms ?? 0, old.tried_at, now()) : (old.tried_ms ?? 0);
    if (counts && isOver(tried)) return giveUp(old, chatId, `Gave up after more than 24 hours: ${reason}`, false);
    const attempts = scope === 'rate_limited' ? old.attempts : old.attempts + 1;
    const wait = outcome.after ?? backoff(Math.max(1, attempts), Math.random());
    if (scope === 'token' || (scope === 'rate_limited' && crowded(chatId, clock()))) schedule.holdAll(clock() + wait);
    // Where it answered others meanwhile, the fault is this message's own, and nobody else's success hurries it.
    const away = scope === 'network' && answeredAt < begun;
    if (away) offline = true;
    const tried_at = new Date(now()).toISOString();
    const delivery: Delivery<P> = { ...old, attempts, tried_at, tried_ms: tried, last_error: reason };
    newer.set(delivery.delivery, delivery);
    await store(delivery);
    schedule.again(chatId, clock(), clock() + wait, away);
    events.retrying(delivery, reason, wait);
  }

  async function store(delivery: Delivery<P>): Promise<void> {
    await spool.update(delivery).catch((error: unknown) => {
      log.warn({ delivery: delivery.delivery }, sentenceOf(error));
    });
  }

  return {
    wake,
    markOnline,
    async stop(deadlineMs) {
      stopping = true;
      if (timer !== undefined) clearTimeout(timer);
      const hurry = setTimeout(() => abort.abort(), deadlineMs);
      let last: NodeJS.Timeout | undefined;
      const over = new Promise<void>((resolve) => {
        last = setTimeout(resolve, deadlineMs + LAST_MOMENT_MS);
      });
      await Promise.race([Promise.all(underWay), over]);
      clearTimeout(hurry);
      clearTimeout(last);
    },
  };
}
