import { setMaxListeners } from 'node:events';
import type { Log } from '../../shared/log.ts';
import { errnoOf, Problem, sentenceOf } from '../../shared/problem.ts';
import type { Delivery, Outcome, SpooledFile } from './delivery.ts';
import { backoff, createCrowdWatch, isOver } from './retry-policy.ts';
import type { Schedule } from './schedule.ts';
import type { Spool } from './spool.ts';

/** Makes one call to the far side and says what came of it; never throws for what the far side does. */
export type Send<P> = (
  part: P,
  to: { chatId: number; files: readonly (SpooledFile & { path: string })[]; signal: AbortSignal },
) => Promise<Outcome>;

/** What the worker tells while it works. */
export interface WorkerEvents<P> {
  /** Asked before each step: a reason not to send after all, or nothing. */
  veto(delivery: Delivery<P>, chatId: number): Promise<string | undefined>;
  /** Done: recorded and removed before this is called. */
  sent(delivery: Delivery<P>): void;
  retrying(delivery: Delivery<P>, reason: string, waitMs: number): void;
  dead(delivery: Delivery<P>, reason: string, unreachable: boolean): Promise<void>;
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
  kick(): void;
  /** The far side answered somebody: what waits for that goes now. */
  reached(): void;
  /** Starts nothing more; resolves when nothing is under way, breaking calls off after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
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
  let unreached = false;
  let timer: NodeJS.Timeout | undefined;

  function kick(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    while (!stopping && underWay.size < parallel) {
      const at = clock();
      const next = schedule.next(at);
      if (next.kind === 'idle') return;
      if (next.kind === 'wait') {
        timer = setTimeout(kick, Math.min(60_000, Math.max(1, Math.ceil(next.until - at))));
        return;
      }
      const task: Promise<void> = step(next.chatId, next.item.delivery, next.item)
        .catch((error: unknown) => {
          log.error({ err: sentenceOf(error), delivery: next.item.delivery }, 'A delivery could not be handled');
          schedule.again(next.chatId, clock(), clock() + 10_000);
        })
        .finally(() => {
          underWay.delete(task);
          kick();
        });
      underWay.add(task);
    }
  }

  function reached(): void {
    if (!unreached) return;
    unreached = false;
    schedule.reached(clock());
    kick();
  }

  /** Reads what is to be sent; `undefined` when it can't be and has been put aside. */
  async function load(chatId: number, name: string): Promise<Delivery<P> | undefined> {
    const known = newer.get(name);
    if (known !== undefined) return known;
    try {
      return await spool.get(name);
    } catch (error) {
      if (!(error instanceof Problem) && errnoOf(error) !== 'ENOENT') throw error;
      if (error instanceof Problem) await spool.quarantine(name);
      schedule.finish(chatId, clock());
      events.corrupt(name, error instanceof Problem ? error.message : 'its file is gone');
      return undefined;
    }
  }

  async function step(chatId: number, name: string, item: { cost: number }): Promise<void> {
    const delivery = await load(chatId, name);
    if (delivery === undefined) return;
    if (delivery.failed_at !== undefined) return giveUp(delivery, chatId, delivery.last_error ?? 'It failed.', false);
    const veto = await events.veto(delivery, chatId);
    if (veto !== undefined) return giveUp(delivery, chatId, veto, false);
    const current = delivery.steps[delivery.done];
    if (current === undefined) return complete(delivery, chatId);
    const files = delivery.files.map((file) => ({ ...file, path: spool.pathOf(file) }));
    const outcome = await send(current.part, { chatId, files, signal: abort.signal });
    if (outcome.kind !== 'retry' || outcome.scope === 'told') reached();
    switch (outcome.kind) {
      case 'sent':
        return advance(delivery, chatId, outcome.messageIds, item);
      case 'dead':
        return giveUp(delivery, chatId, outcome.reason, outcome.unreachable ?? false);
      case 'moved':
        await events.moved(chatId, outcome.chatId);
        schedule.again(chatId, clock(), clock());
        schedule.move(chatId, outcome.chatId, clock());
        newer.set(name, { ...delivery, chat_id: outcome.chatId });
        return;
      case 'retry':
        return retry(delivery, chatId, outcome);
    }
  }

  async function advance(
    old: Delivery<P>,
    chatId: number,
    ids: readonly number[],
    item: { cost: number },
  ): Promise<void> {
    const { trying_since: _, last_error: __, ...rest } = old;
    const delivery: Delivery<P> = {
      ...rest,
      chat_id: chatId,
      done: old.done + 1,
      attempts: 0,
      message_ids: [...old.message_ids, ...ids],
    };
    const next = delivery.steps[delivery.done];
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
    await events.dead(delivery, reason, unreachable);
  }

  async function retry(old: Delivery<P>, chatId: number, outcome: Outcome & { kind: 'retry' }): Promise<void> {
    if (abort.signal.aborted) return schedule.again(chatId, clock(), clock());
    const since = old.trying_since ?? new Date(now()).toISOString();
    if (outcome.scope !== 'told' && isOver(Date.parse(since), now())) {
      return giveUp(old, chatId, `Gave up after 24 hours: ${outcome.reason}`, false);
    }
    const attempts = outcome.scope === 'told' ? old.attempts : old.attempts + 1;
    const wait = outcome.after ?? backoff(Math.max(1, attempts), Math.random());
    if (outcome.scope === 'told' && crowded(chatId, clock())) schedule.holdAll(clock() + wait);
    if (outcome.scope === 'network') unreached = true;
    const delivery: Delivery<P> = { ...old, attempts, trying_since: since, last_error: outcome.reason };
    newer.set(delivery.delivery, delivery);
    await store(delivery);
    schedule.again(chatId, clock(), clock() + wait, outcome.scope === 'network');
    events.retrying(delivery, outcome.reason, wait);
  }

  async function store(delivery: Delivery<P>): Promise<void> {
    await spool.update(delivery).catch((error: unknown) => {
      log.warn({ delivery: delivery.delivery }, sentenceOf(error));
    });
  }

  return {
    kick,
    reached,
    async stop(deadlineMs) {
      stopping = true;
      if (timer !== undefined) clearTimeout(timer);
      const hurry = setTimeout(() => abort.abort(), deadlineMs);
      await Promise.all(underWay);
      clearTimeout(hurry);
    },
  };
}
