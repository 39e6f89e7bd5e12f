/** One try to send the next part of a delivery, and what follows from its outcome. */
import type { Delivery } from '../core/delivery/delivery.ts';
import type { MovedOutcome, RetryOutcome, SentOutcome } from '../core/delivery/outcome.ts';
import type { Destination } from '../core/destination.ts';
import { sentenceOf } from '../core/problem.ts';
import type { Log } from '../shared/process/log.ts';
import type { LaneItem } from './lane.ts';
import type { Channel, DeliveryStore, Lane, QueueEvents } from './ports.ts';
import type { Progress } from './progress.ts';
import { backoff, createCrowdWatch, isOver, triedFor } from './retry-policy.ts';
import type { Schedule } from './schedule.ts';

/** What tries are made of. */
export interface AttemptParts<P> {
  readonly schedule: Schedule;
  readonly store: Pick<DeliveryStore<P>, 'openFile'>;
  readonly channel: Channel<P>;
  readonly progress: Progress<P>;
  readonly events: QueueEvents<P>;
  readonly reach: Reach;
  readonly log: Log;
  /** Milliseconds that never go back. */
  readonly clock: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborted when calls must end. */
  readonly signal: AbortSignal;
}

/** Knows whether the channel can be reached. */
export interface Reach {
  /** The channel answered. */
  answered(): void;
  /** A call that began at a time (of the clock) did not reach the channel. @returns whether the channel as a whole is out of reach */
  missed(begun: number): boolean;
}

/** Tries the next part of a lane's head, and leaves the lane finished, or due again. */
export type DeliveryAttempt = (lane: Lane, item: LaneItem) => Promise<void>;

/** The channel's ids of a delivery's files, with some more. */
function withFileIds({ files, fileIds: known }: Delivery<unknown>, more: ReadonlyMap<number, string>) {
  return files.map((_, place) => more.get(place) ?? known?.[place] ?? null);
}

/** Makes the function that tries a lane's head. */
export function createAttempt<P>(parts: AttemptParts<P>): DeliveryAttempt {
  const { schedule, store, channel, progress, events, reach, log, clock, now, signal } = parts;
  const crowded = createCrowdWatch();
  /** Destinations that moved, by name: what was stored before still has the old address. */
  const moves = new Map<string, { readonly from: Lane; readonly to: Destination }>();

  function current(delivery: Delivery<P>): Delivery<P> {
    const move = moves.get(delivery.destination.name);
    const isOld = move !== undefined && channel.laneOf(delivery.destination) === move.from;
    return isOld ? { ...delivery, destination: move.to } : delivery;
  }

  async function giveUp(lane: Lane, delivery: Delivery<P>, reason: string, unreachable = false): Promise<void> {
    await progress.giveUp(delivery, reason, unreachable);
    schedule.finish(lane, clock());
  }

  async function complete(lane: Lane, delivery: Delivery<P>): Promise<void> {
    await progress.complete(delivery);
    schedule.finish(lane, clock());
  }

  async function advance(lane: Lane, item: LaneItem, old: Delivery<P>, outcome: SentOutcome): Promise<void> {
    const { triedAt: _, triedMs: __, lastError: ___, ...rest } = old;
    const next = old.steps[old.done + 1];
    const delivery: Delivery<P> = {
      ...rest,
      done: old.done + 1,
      // The history has the tries of the last step.
      attempts: next === undefined ? old.attempts : 0,
      messageIds: [...old.messageIds, ...outcome.messageIds],
      ...(outcome.fileIds === undefined ? {} : { fileIds: withFileIds(old, outcome.fileIds) }),
    };
    if (next === undefined) return complete(lane, delivery);
    // Stored, so that a crash between two parts doesn't send the first one twice.
    await progress.save(delivery);
    item.cost = next.cost;
    schedule.again(lane, clock(), clock());
  }

  async function follow(lane: Lane, delivery: Delivery<P>, { to }: MovedOutcome): Promise<void> {
    const from = delivery.destination;
    // Where this fails, the next delivery to the old address reports the move again.
    await events.moved(from, to).catch((error: unknown) => log.warn({}, sentenceOf(error)));
    moves.set(from.name, { from: channel.laneOf(from), to });
    progress.keep({ ...delivery, destination: to });
    schedule.again(lane, clock(), clock());
    schedule.move(lane, channel.laneOf(to), clock());
  }

  async function retry(lane: Lane, old: Delivery<P>, outcome: RetryOutcome, begun: number): Promise<void> {
    if (signal.aborted) return schedule.again(lane, clock(), clock());
    const { scope, reason } = outcome;
    const counts = scope === 'network' || scope === 'server';
    const tried = counts ? triedFor(old.triedMs ?? 0, old.triedAt, now()) : (old.triedMs ?? 0);
    if (counts && isOver(tried)) return giveUp(lane, old, `Gave up after more than 24 hours: ${reason}`);
    const attempts = scope === 'rate_limited' ? old.attempts : old.attempts + 1;
    const wait = outcome.after ?? backoff(Math.max(1, attempts), Math.random());
    if (scope === 'token' || (scope === 'rate_limited' && crowded(lane, clock()))) schedule.holdAll(clock() + wait);
    const isAway = scope === 'network' && reach.missed(begun);
    const triedAt = new Date(now()).toISOString();
    const delivery: Delivery<P> = { ...old, attempts, triedAt, triedMs: tried, lastError: reason };
    await progress.save(delivery);
    schedule.again(lane, clock(), clock() + wait, isAway);
    events.changed({ change: 'retrying', delivery });
    events.retrying(delivery, reason, wait);
  }

  function send(lane: Lane, { delivery, destination, files }: Delivery<P>, part: P) {
    return channel.send(part, {
      destination,
      files: files.map((file, place) => ({ ...file, open: () => store.openFile(delivery, place) })),
      charge: (messages) => schedule.chargeQuota(lane, messages, clock()),
      signal,
    });
  }

  return async (lane, item) => {
    const loaded = await progress.load(item.delivery);
    if (loaded === undefined) return schedule.finish(lane, clock());
    const delivery = current(loaded);
    if (delivery.failedAt !== undefined) return giveUp(lane, delivery, delivery.lastError ?? 'It failed.');
    const step = delivery.steps[delivery.done];
    if (step === undefined) return complete(lane, delivery);
    const objection = await events.precheck(delivery);
    if (objection !== undefined) return giveUp(lane, delivery, objection);
    const begun = clock();
    const outcome = await send(lane, delivery, step.part);
    if (outcome.kind !== 'retry' || outcome.scope === 'rate_limited') reach.answered();
    if (outcome.kind === 'sent') return advance(lane, item, delivery, outcome);
    if (outcome.kind === 'moved') return follow(lane, delivery, outcome);
    if (outcome.kind === 'retry') return retry(lane, delivery, outcome, begun);
    const failed = { ...delivery, attempts: delivery.attempts + 1 };
    return giveUp(lane, failed, outcome.reason, outcome.unreachable);
  };
}
