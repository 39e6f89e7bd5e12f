/** One try to send the next part of a delivery, and what follows from its outcome. */
import type { Delivery } from '../core/delivery/delivery.ts';
import type {
  FailedOutcome,
  MovedOutcome,
  ReplacedOutcome,
  RetryOutcome,
  SentOutcome,
} from '../core/delivery/outcome.ts';
import { type Destination, samePlace } from '../core/destination.ts';
import { sentenceOf } from '../core/problem.ts';
import type { Log } from '../shared/process/log.ts';
import type { KeyedPlan, KeyedSends } from './keyed-sends.ts';
import type { Channel, DeliveryStore, Lane, QueueEvents } from './ports.ts';
import type { Progress } from './progress.ts';
import { refusalOf } from './refused-parts.ts';
import {
  backoff,
  createCrowdWatch,
  createOwnTrouble,
  isOver,
  isTriedOut,
  restOfWait,
  triedFor,
  unconfirmedWait,
} from './retry-policy.ts';
import type { LaneItem } from './schedule/line.ts';
import type { Schedule } from './schedule/schedule.ts';

/** What tries are made of. */
export interface AttemptParts<P> {
  readonly schedule: Schedule;
  readonly store: Pick<DeliveryStore<P>, 'openFile'>;
  readonly channel: Channel<P>;
  readonly progress: Progress<P>;
  readonly keyed: KeyedSends;
  readonly events: QueueEvents<P>;
  readonly reach: Reach;
  readonly log: Log;
  /** Milliseconds that never go back. */
  readonly clock: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds before each further try of a part whose answer was lost, such as `[120_000, 300_000]`. */
  readonly unconfirmedWaits: readonly number[];
  /** Whether it was withdrawn. */
  readonly isCancelled: (delivery: string) => Promise<boolean>;
  /** Takes a delivery that is held back from now on; it leaves its lane. */
  readonly hold: (delivery: Delivery<P>) => void;
  /** Aborted when calls must end. */
  readonly signal: AbortSignal;
}

/** Knows whether the channel can be reached. */
export interface Reach {
  /** The channel answered. */
  answered(): void;
  /** A call that began at a time (of the clock) did not reach the channel. @returns whether the channel as a whole is out of reach */
  missed(begun: number): boolean;
  /** Whether the last calls did not reach the channel, and nothing was answered since. */
  isAway(): boolean;
}

/** Tries the next part of a lane's head, and leaves the lane finished, or due again. */
export type DeliveryAttempt = (lane: Lane, item: LaneItem) => Promise<void>;

/** The channel's ids of a delivery's files, with some more. */
function withFileIds({ files, fileIds: known }: Delivery<unknown>, more: ReadonlyMap<number, string>) {
  return files.map((_, place) => more.get(place) ?? known?.[place] ?? null);
}

/** How long a part whose answer was lost waits for a channel that is out of reach, at most, in milliseconds. */
const AWAY_WAIT_MS = 60_000;

/** Makes the function that tries a lane's head. */
export function createAttempt<P>(parts: AttemptParts<P>): DeliveryAttempt {
  const { schedule, store, channel, progress, keyed, events, reach, log, clock, now, signal } = parts;
  const crowded = createCrowdWatch();
  const trouble = createOwnTrouble();
  /** Destinations that moved, by name: what was accepted until a time (ms since 1970) may still have the old address. */
  const moves = new Map<string, { readonly from: Destination; readonly to: Destination; readonly until: number }>();

  function current(delivery: Delivery<P>): Delivery<P> {
    const move = moves.get(delivery.destination.name);
    if (move === undefined || Date.parse(delivery.acceptedAt) > move.until) return delivery;
    const isOld = samePlace(delivery.destination, move.from);
    return isOld ? { ...delivery, destination: move.to } : delivery;
  }

  async function giveUp(lane: Lane, delivery: Delivery<P>, reason: string, unreachable = false): Promise<void> {
    trouble.forget(delivery.delivery);
    // A lost answer before leaves open whether it arrived, whatever ended it.
    const isUnknown = (delivery.unconfirmed ?? 0) > 0;
    await progress.giveUp(isUnknown ? { ...delivery, isUnknown } : delivery, reason, unreachable);
    schedule.finish(lane, clock());
  }

  async function complete(lane: Lane, delivery: Delivery<P>): Promise<void> {
    const refusal = refusalOf(delivery);
    if (refusal !== undefined) return giveUp(lane, delivery, refusal);
    await progress.complete(delivery);
    schedule.finish(lane, clock());
  }

  /** Goes on with the next step, after one that was sent, or refused for good. */
  async function advance(lane: Lane, item: LaneItem, old: Delivery<P>, ended: Partial<Delivery<P>>): Promise<void> {
    const { triedAt: _, triedMs: __, lastError: ___, unconfirmed: ____, ...rest } = old;
    const next = old.steps[old.done + 1];
    // The history has the tries of the last step.
    const attempts = next === undefined ? old.attempts : 0;
    const delivery: Delivery<P> = { ...rest, done: old.done + 1, attempts, ...ended };
    if (next === undefined) return complete(lane, delivery);
    // Stored, so that a crash between two parts doesn't send the first one twice.
    await progress.save(delivery);
    item.cost = next.cost;
    schedule.again(lane, clock(), clock());
  }

  async function sent(lane: Lane, item: LaneItem, old: Delivery<P>, outcome: SentOutcome): Promise<void> {
    const { messageIds, fileIds, inPlaceOf: reason } = outcome;
    trouble.sent(old.delivery);
    await keyed.sent(old, outcome);
    const noted = reason === undefined ? [] : [{ step: old.done, reason, isNoted: true }];
    return advance(lane, item, old, {
      ...(noted.length === 0 ? {} : { refused: [...(old.refused ?? []), ...noted] }),
      messageIds: [...old.messageIds, ...messageIds],
      ...(fileIds === undefined ? {} : { fileIds: withFileIds(old, fileIds) }),
    });
  }

  /** A refusal ends the delivery when it concerns the whole destination, or there is no other part. */
  function refuse(lane: Lane, item: LaneItem, old: Delivery<P>, outcome: FailedOutcome): Promise<void> {
    const { reason, unreachable } = outcome;
    const tried = { ...old, attempts: old.attempts + 1 };
    if (unreachable || old.steps.length === 1) return giveUp(lane, tried, reason, unreachable);
    return advance(lane, item, tried, { refused: [...(old.refused ?? []), { step: old.done, reason }] });
  }

  /** Goes on with the steps that a step became; stored, so that none of them is sent twice because of another. */
  async function replace(lane: Lane, item: LaneItem, old: Delivery<P>, outcome: ReplacedOutcome<P>): Promise<void> {
    const { steps, elsewhere } = outcome;
    const all = [...old.steps.slice(0, old.done), ...steps, ...old.steps.slice(old.done + 1)];
    if (elsewhere !== undefined) {
      // What waits for the topic goes there without another word; what comes later may have it back.
      moves.set(old.destination.name, { from: old.destination, to: elsewhere.to, until: now() });
      events.topicLost(old.destination, elsewhere.reason);
    }
    await progress.save({ ...old, steps: all, destination: elsewhere?.to ?? old.destination });
    item.cost = all[old.done]?.cost ?? 1;
    schedule.again(lane, clock(), clock());
  }

  async function follow(lane: Lane, delivery: Delivery<P>, { to }: MovedOutcome): Promise<void> {
    const from = delivery.destination;
    // Where this fails, the next delivery to the old address reports the move again.
    await events.moved(from, to).catch((error: unknown) => log.warn({}, sentenceOf(error)));
    moves.set(from.name, { from, to, until: Number.POSITIVE_INFINITY });
    progress.keep({ ...delivery, destination: to });
    schedule.again(lane, clock(), clock());
    schedule.move(lane, channel.laneOf(to), clock());
  }

  /** A part that may have arrived is tried a few times more; then it is kept as unknown. */
  async function retryUnconfirmed(lane: Lane, old: Delivery<P>, { reason }: RetryOutcome): Promise<void> {
    const unconfirmed = (old.unconfirmed ?? 0) + 1;
    const wait = unconfirmedWait(unconfirmed, parts.unconfirmedWaits);
    const triedAt = new Date(now()).toISOString();
    const delivery: Delivery<P> = { ...old, attempts: old.attempts + 1, unconfirmed, triedAt, lastError: reason };
    if (wait === undefined) return giveUp(lane, delivery, `It may have arrived: ${reason}`);
    await progress.save(delivery);
    schedule.again(lane, clock(), clock() + wait);
    events.changed({ change: 'retrying', delivery });
    events.retrying(delivery, reason, wait);
  }

  async function retry(lane: Lane, old: Delivery<P>, outcome: RetryOutcome, begun: number): Promise<void> {
    if (signal.aborted && !outcome.unconfirmed) return schedule.again(lane, clock(), clock());
    const { scope, reason } = outcome;
    const isAway = (scope === 'network' || outcome.unconfirmed === true) && reach.missed(begun);
    if (outcome.unconfirmed) return retryUnconfirmed(lane, old, outcome);
    const counts = scope === 'network' || scope === 'server';
    const tried = counts ? triedFor(old.triedMs ?? 0, old.triedAt, now()) : (old.triedMs ?? 0);
    if (counts && isOver(tried)) return giveUp(lane, old, `Gave up after more than 24 hours: ${reason}`);
    const isFree = isAway && old.mostTries !== undefined;
    const attempts = scope === 'rate_limited' || isFree ? old.attempts : old.attempts + 1;
    if (counts && isTriedOut(attempts, old.mostTries, isAway)) {
      return giveUp(lane, { ...old, attempts }, `Gave up after ${attempts} tries: ${reason}`);
    }
    const wait = outcome.after ?? (isFree ? AWAY_WAIT_MS : backoff(Math.max(1, attempts), Math.random()));
    if (scope === 'token' || (scope === 'rate_limited' && crowded(lane, clock()))) schedule.holdAll(clock() + wait);
    const triedAt = new Date(now()).toISOString();
    const delivery: Delivery<P> = { ...old, attempts, triedAt, triedMs: tried, lastError: reason };
    await progress.save(delivery);
    const isOwn = counts && !isAway && trouble.failed(old.delivery);
    if (isOwn) schedule.stepAside(lane, clock(), clock() + wait);
    else schedule.again(lane, clock(), clock() + wait, isAway);
    events.changed({ change: 'retrying', delivery });
    events.retrying(delivery, reason, wait);
  }

  function send(lane: Lane, { delivery, destination, files, summary }: Delivery<P>, part: P, { edits }: KeyedPlan) {
    return channel.send(part, {
      destination,
      isKeyed: summary.key !== undefined,
      ...(edits !== undefined && { edits }),
      files: files.map((file, place) => ({ ...file, open: () => store.openFile(delivery, place) })),
      charge: (messages) => schedule.chargeQuota(lane, messages, clock()),
      signal,
    });
  }

  return async (lane, item) => {
    if (await parts.isCancelled(item.delivery)) return schedule.skip(lane, clock());
    const loaded = await progress.load(item.delivery);
    if (loaded === undefined) return schedule.finish(lane, clock());
    const delivery = current(loaded);
    if (delivery.failedAt !== undefined) return giveUp(lane, delivery, delivery.lastError ?? 'It failed.');
    const step = delivery.steps[delivery.done];
    if (step === undefined) return complete(lane, delivery);
    const rest = restOfWait(delivery, parts.unconfirmedWaits, now());
    if (rest > 0) return schedule.again(lane, clock(), clock() + rest);
    // Its further tries are few: none is made before the channel answers others again.
    if (delivery.unconfirmed !== undefined && reach.isAway()) {
      const since = now() - Date.parse(delivery.triedAt ?? delivery.acceptedAt);
      if (isOver(since)) return giveUp(lane, delivery, `It may have arrived: ${delivery.lastError ?? ''}`);
      return schedule.again(lane, clock(), clock() + AWAY_WAIT_MS, true);
    }
    const objection = await events.precheck(delivery);
    if (objection !== undefined) return giveUp(lane, delivery, objection);
    if (await events.isTakenBack(delivery)) {
      await progress.drop(delivery, 'cancelled');
      return schedule.skip(lane, clock());
    }
    if (delivery.done === 0 && delivery.unconfirmed === undefined && (await events.isHeld(delivery))) {
      const held: Delivery<P> = { ...delivery, heldSince: new Date(now()).toISOString() };
      await progress.save(held);
      parts.hold(held);
      return schedule.skip(lane, clock());
    }
    const isFirst = delivery.done === 0 && delivery.attempts === 0;
    if (isFirst && delivery.sendAt !== undefined && (await events.isMuted(delivery))) {
      await progress.drop(delivery, 'muted');
      return schedule.skip(lane, clock());
    }
    const keyedPlan = await keyed.plan(delivery);
    if (keyedPlan.waitMs > 0) return schedule.stepAside(lane, clock(), clock() + keyedPlan.waitMs, true);
    const begun = clock();
    const outcome = await send(lane, delivery, step.part, keyedPlan);
    if (outcome.kind !== 'retry' || outcome.scope === 'rate_limited') reach.answered();
    if (outcome.kind === 'sent') return sent(lane, item, delivery, outcome);
    if (outcome.kind === 'moved') return follow(lane, delivery, outcome);
    if (outcome.kind === 'replaced') return replace(lane, item, delivery, outcome);
    if (outcome.kind === 'retry') return retry(lane, delivery, outcome, begun);
    return refuse(lane, item, delivery, outcome);
  };
}
